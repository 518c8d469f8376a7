using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Running;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>command_status</c>: whether a command runs, and how it ended.</summary>
internal sealed class CommandStatusTool() : SandboxTool(new ToolDefinition(
    "command_status",
    "Look at commands",
    ToolKind.Reads,
    ["command.get"],
    "Says whether a command runs or how it ended. Without command: all commands of the jail that run, and the last 100 that ended. With wait_seconds it waits for the end, so long at most.",
    $$$$"""
    {{{{{JailArgument}}}},
      "command":{"type":"string","pattern":"^c-[0-9]{1,18}$","description":"Its id, as run_command gives it; left out: all."},
      "wait_seconds":{"type":"number","minimum":0,"maximum":600,"description":"Waits for the end of the command, so long at most; left out: 0."}}
    """,
    [],
    $$$$"""
    {"jail":{"type":"string"},"commands":{"type":"array","items":{"type":"object","properties":{"command":{"type":"string"},"argv":{"type":"array","items":{"type":"string"}},
      "running":{"type":"boolean"},{{{{CommandAnswers.EndProperties}}}}},"required":["command","running"]}}}
    """,
    ["jail", "commands"]))
{
    private const int ShownArguments = 16;
    private const int ShownCharacters = 256;

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string jail = await call.JailAsync().ConfigureAwait(false);
        Command[] commands;
        if (call.Arguments.Text("command") is string id)
        {
            TimeSpan wait = call.Arguments.Seconds("wait_seconds") ?? TimeSpan.Zero;
            commands = [wait > TimeSpan.Zero ? await WaitAsync(call, jail, id, wait).ConfigureAwait(false) : await GetAsync(call, jail, id).ConfigureAwait(false)];
        }
        else
        {
            ListCommandsResponse list = await call.Session.Commands.ListCommandsAsync(new ListCommandsRequest { Jail = jail }, cancellationToken: call.Cancelled).ConfigureAwait(false);
            commands = [.. list.Commands];
        }

        JsonArray all = [.. commands.Select(Describe)];
        string text = commands.Length == 0 ? $"No command has run in {jail} yet." : string.Join('\n', commands.Select(one => $"{one.Id}: {one.Ended?.Text ?? "running"} ({string.Join(' ', Shown(one))})"));
        return new ToolAnswer(text, new JsonObject { ["jail"] = jail, ["commands"] = all });
    }

    private static async Task<Command> WaitAsync(ToolCall call, string jail, string id, TimeSpan wait)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled);
        patience.CancelAfter(wait);
        try
        {
            return await call.Session.Commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = id }, cancellationToken: patience.Token).ConfigureAwait(false);
        }
        catch (RpcException late) when (late.StatusCode == StatusCode.Cancelled && !call.Cancelled.IsCancellationRequested)
        {
            return await GetAsync(call, jail, id).ConfigureAwait(false);
        }
    }

    private static async Task<Command> GetAsync(ToolCall call, string jail, string id) =>
        await call.Session.Commands.GetCommandAsync(new GetCommandRequest { Jail = jail, Command = id }, cancellationToken: call.Cancelled).ConfigureAwait(false);

    private static JsonNode Describe(Command command)
    {
        JsonObject json = new() { ["command"] = command.Id, ["argv"] = new JsonArray([.. Shown(command).Select(word => JsonValue.Create(word))]), ["running"] = command.Ended is null };
        if (command.Ended is CommandEnd end)
        {
            CommandAnswers.AddEnd(json, end);
        }
        else
        {
            CommandAnswers.AddUsage(json, command.Usage);
        }

        return json;
    }

    private static IEnumerable<string> Shown(Command command) => command.Argv.Take(ShownArguments).Select(word => word.Length > ShownCharacters ? $"{word[..ShownCharacters]}..." : word);
}
