using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>write_file</c>: a whole file of the workspace.</summary>
internal sealed class WriteFileTool() : SandboxTool(new ToolDefinition(
    "write_file",
    "Write a file",
    ToolKind.Replaces,
    ["file.write"],
    "Writes a whole file of the workspace, in one step: what reads it sees the old content or the new. Directories above it are made.",
    $$$$"""
    {{{{{JailArgument}}}},"path":{{{{WorkspacePath.Schema}}}},
      "text":{"type":"string","description":"Its content. Give this or base64."},
      "base64":{"type":"string","description":"Its content, if it is not text."},
      "executable":{"type":"boolean","description":"True: programs can run it."},
      "create_only":{"type":"boolean","description":"True: it must not be there yet."}}
    """,
    ["path"],
    """{"jail":{"type":"string"},"path":{"type":"string"},"size_bytes":{"type":"integer"}}""",
    ["jail", "path", "size_bytes"]))
{
    private const uint Executable = 0b111_101_101;

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string path = WorkspacePath.Of(call.Arguments.Required("path"));
        byte[] content = Content(call.Arguments);
        string jail = await call.JailAsync().ConfigureAwait(false);
        WorkspaceFiles files = new(call.Session, jail, call.Cancelled);
        if (path.LastIndexOf('/') is > 0 and int slash)
        {
            await files.MakeDirectoryAsync(path[..slash]).ConfigureAwait(false);
        }

        V1.FileInfo written = await files.WriteAsync(path, content, call.Arguments.Flag("executable") ? Executable : 0, call.Arguments.Flag("create_only")).ConfigureAwait(false);
        return new ToolAnswer($"{path}: {written.SizeBytes} bytes written.", new JsonObject { ["jail"] = jail, ["path"] = path, ["size_bytes"] = written.SizeBytes });
    }

    private static byte[] Content(Arguments arguments)
    {
        string? text = arguments.Text("text");
        string? base64 = arguments.Text("base64");
        if (text is null == base64 is null)
        {
            throw Wrong("it needs text or base64, and not both");
        }

        byte[] bytes = new byte[base64?.Length ?? 0];
        return text is not null ? Encoding.UTF8.GetBytes(text)
            : Convert.TryFromBase64String(base64!, bytes, out int length) ? bytes[..length]
            : throw Wrong("base64 is none");
    }

    private static ToolException Wrong(string reason) => new(new Refusal("write_file was called with wrong arguments", reason, "correct them and call again") { Code = "INVALID_ARGUMENTS" });
}
