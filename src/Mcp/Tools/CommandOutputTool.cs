using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Running;
using AgentSandbox.Mcp.Session;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>command_output</c>: what a command wrote, page by page.</summary>
internal sealed class CommandOutputTool() : SandboxTool(new ToolDefinition(
    "command_output",
    "Read a command's output",
    ToolKind.Reads,
    ["command.get"],
    """
    Reads what a command wrote, from a byte offset on: next_offset of the answer is where to go on. Of long outputs the newest 1 MiB are kept. With wait_seconds it waits for
    more, so long at most, if there is nothing at the offset and the command runs.
    """,
    $$$$"""
    {{{{{JailArgument}}}},
      "command":{"type":"string","pattern":"^c-[0-9]{1,18}$","description":"Its id, as run_command gives it."},
      "stream":{"type":"string","enum":["stdout","stderr"],"description":"Left out: stdout."},
      "offset":{"type":"integer","minimum":0,"description":"In bytes; left out: 0."},
      "max_bytes":{"type":"integer","minimum":16,"maximum":1048576,"description":"Left out: 32768."},
      "wait_seconds":{"type":"number","minimum":0,"maximum":600,"description":"Left out: 0."}}
    """,
    ["command"],
    """
    {"jail":{"type":"string"},"command":{"type":"string"},"stream":{"type":"string"},"offset":{"type":"integer","description":"Where the text begins: later than asked if what was there is gone."},
      "next_offset":{"type":"integer"},"text":{"type":"string"},"total_bytes":{"type":"integer","description":"Written until now."},"running":{"type":"boolean"}}
    """,
    ["jail", "command", "stream", "offset", "next_offset", "text", "total_bytes", "running"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string jail = await call.JailAsync().ConfigureAwait(false);
        string command = call.Arguments.Required("command");
        string stream = call.Arguments.Text("stream") ?? "stdout";
        long offset = call.Arguments.Number("offset") ?? 0;
        int most = (int)(call.Arguments.Number("max_bytes") ?? CommandRequest.UsualOutput);
        OutputPage page = call.Session.Outputs.Find(jail, command) is KeptCommand kept
            ? OutputPage.Of(stream == "stdout" ? kept.Stdout : kept.Stderr, offset, most, isRunning: false)
            : await new BackgroundOutput(call.Session, jail, command, stream == "stderr")
                .ReadAsync(offset, most, call.Arguments.Seconds("wait_seconds") ?? TimeSpan.Zero, call.Cancelled).ConfigureAwait(false);
        string note = page.Next < page.Total ? $"{page.Total - page.Next} bytes more: offset {page.Next}" : page.IsRunning ? $"it runs; more may come at offset {page.Next}" : "the end";
        return new ToolAnswer(
            $"{page.Text}{(page.Text.Length > 0 && page.Text[^1] != '\n' ? "\n" : "")}[{command} {stream}: bytes {page.Start} to {page.Next} of {page.Total}; {note}]",
            new JsonObject
            {
                ["jail"] = jail, ["command"] = command, ["stream"] = stream, ["offset"] = page.Start, ["next_offset"] = page.Next, ["text"] = page.Text,
                ["total_bytes"] = page.Total, ["running"] = page.IsRunning,
            });
    }
}
