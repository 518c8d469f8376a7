using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>command_signal</c>: ends a command, or tells it something.</summary>
internal sealed class CommandSignalTool() : SandboxTool(new ToolDefinition(
    "command_signal",
    "Signal a command",
    ToolKind.Changes,
    ["command.signal"],
    "Sends a signal to a command and what it started. KILL ends all of it for certain; TERM and INT ask it to end.",
    $$$$"""
    {{{{{JailArgument}}}},
      "command":{"type":"string","pattern":"^c-[0-9]{1,18}$","description":"Its id, as run_command gives it."},
      "signal":{"type":"string","enum":["TERM","INT","HUP","KILL","QUIT","USR1","USR2","STOP","CONT"],"description":"Left out: TERM."}}
    """,
    ["command"],
    """{"jail":{"type":"string"},"command":{"type":"string"},"signal":{"type":"string"}}""",
    ["jail", "command", "signal"]))
{
    // Source: signal(7), the column of x86 and ARM.
    private static readonly Dictionary<string, int> s_signals = new(StringComparer.Ordinal)
    {
        ["HUP"] = 1, ["INT"] = 2, ["QUIT"] = 3, ["KILL"] = 9, ["USR1"] = 10, ["USR2"] = 12, ["TERM"] = 15, ["CONT"] = 18, ["STOP"] = 19,
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string jail = await call.JailAsync().ConfigureAwait(false);
        string command = call.Arguments.Required("command");
        string signal = call.Arguments.Text("signal") ?? "TERM";
        await call.Session.Commands.SignalCommandAsync(
            new SignalCommandRequest { Jail = jail, Command = command, Signal = s_signals[signal] }, cancellationToken: call.Cancelled).ConfigureAwait(false);
        return new ToolAnswer($"{command} was sent {signal}.", new JsonObject { ["jail"] = jail, ["command"] = command, ["signal"] = signal });
    }
}
