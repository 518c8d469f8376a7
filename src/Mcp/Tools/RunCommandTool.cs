using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Running;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>run_command</c>: a program or a shell line in a jail.</summary>
internal sealed class RunCommandTool() : SandboxTool(new ToolDefinition(
    "run_command",
    "Run a command",
    ToolKind.Changes,
    ["command.run"],
    """
    Runs a program (argv) or a line for sh (shell) in a jail, with /workspace as its directory, and waits for its end. No network but loopback; only /workspace and /tmp can be written.
    An exit status other than 0 is an answer, not an error. With background true it returns at once: command_status and command_output follow it, command_signal ends it.
    """,
    $$$$"""
    {{{{{JailArgument}}}},
      "argv":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":65536,"description":"The program and its arguments, taken as they are. Give this or shell."},
      "shell":{"type":"string","maxLength":131072,"description":"A line or script for sh: pipes, redirections, &&. Give this or argv."},
      "stdin":{"type":"string","description":"What it reads as stdin; left out: nothing. Not with background."},
      "background":{"type":"boolean","description":"True: start it and return."},
      {{{{CommandRequest.Properties}}}}}
    """,
    [],
    $$$$"""
    {"jail":{"type":"string"},"command":{"type":"string","description":"Its id in the jail."},"running":{"type":"boolean","description":"Set with background."},
      "stdout":{"type":"string"},"stderr":{"type":"string"},"stdout_bytes":{"type":"integer"},"stderr_bytes":{"type":"integer"},
      "truncated":{"type":"boolean","description":"True: more was written than is shown."},{{{{CommandAnswers.EndProperties}}}}}
    """,
    ["jail", "command"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string[] argv = call.Arguments.Texts("argv");
        string? line = call.Arguments.Text("shell");
        bool background = call.Arguments.Flag("background");
        string? stdin = call.Arguments.Text("stdin");
        if (line is null == (argv.Length == 0))
        {
            throw new ToolException(new Refusal("run_command was called with wrong arguments", "it needs argv or shell, and not both", "give one of them") { Code = "INVALID_ARGUMENTS" });
        }

        if (background && stdin is not null)
        {
            throw new ToolException(new Refusal("run_command was called with wrong arguments", "a command in the background has no stdin", "write it to a file and use shell with '< file'") { Code = "INVALID_ARGUMENTS" });
        }

        CommandConfig config = CommandRequest.Config(call.Arguments, line is null ? argv : ["sh", "-c", line]);
        string jail = await call.JailAsync().ConfigureAwait(false);
        return background ? await StartAsync(call, jail, config).ConfigureAwait(false) : await CommandWait.RunAsync(call, jail, config, Encoding.UTF8.GetBytes(stdin ?? "")).ConfigureAwait(false);
    }

    private static async Task<ToolAnswer> StartAsync(ToolCall call, string jail, CommandConfig config)
    {
        // No token: what was started is told.
        Command started = await call.Session.Commands.StartCommandAsync(
            new StartCommandRequest { Jail = jail, Command = config }, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        return new ToolAnswer(
            $"{started.Id} runs in {jail}: command_status and command_output follow it, command_signal ends it.",
            new JsonObject { ["jail"] = jail, ["command"] = started.Id, ["running"] = true });
    }
}
