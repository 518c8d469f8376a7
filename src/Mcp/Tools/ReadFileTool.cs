using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;
using AgentSandbox.Mcp.Running;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>read_file</c>: a file of the workspace, or a part of it.</summary>
internal sealed class ReadFileTool() : SandboxTool(new ToolDefinition(
    "read_file",
    "Read a file",
    ToolKind.Reads,
    ["file.read"],
    """
    Reads a file of the workspace: text as text, images as images, anything else as base64. A part is named by lines (first_line, lines) or bytes (offset); next_offset or next_line
    of the answer is where to go on.
    """,
    $$$$"""
    {{{{{JailArgument}}}},"path":{{{{WorkspacePath.Schema}}}},
      "first_line":{"type":"integer","minimum":1,"description":"Of text: the line to begin with."},
      "lines":{"type":"integer","minimum":1,"maximum":100000,"description":"Of text: how many lines; left out: as many as max_bytes lets."},
      "offset":{"type":"integer","minimum":0,"description":"The byte to begin with. Not with first_line or lines."},
      "max_bytes":{"type":"integer","minimum":16,"maximum":1048576,"description":"Left out: 65536."}}
    """,
    ["path"],
    """
    {"jail":{"type":"string"},"path":{"type":"string"},"size_bytes":{"type":"integer"},"text":{"type":"string"},"base64":{"type":"string"},"image":{"type":"string","description":"Its type; the image is in the content."},
      "offset":{"type":"integer"},"next_offset":{"type":"integer","description":"Set if there is more."},"first_line":{"type":"integer"},"next_line":{"type":"integer","description":"Set if there are more lines."}}
    """,
    ["jail", "path", "size_bytes"]))
{
    private const int UsualBytes = 64 * 1024;
    private const int LargestImage = 4 * 1024 * 1024;

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string path = WorkspacePath.Of(call.Arguments.Required("path"));
        int most = (int)(call.Arguments.Number("max_bytes") ?? UsualBytes);
        bool byLines = call.Arguments.Number("first_line") is not null || call.Arguments.Number("lines") is not null;
        if (byLines && call.Arguments.Number("offset") is not null)
        {
            throw new ToolException(new Refusal("read_file was called with wrong arguments", "offset does not go with first_line or lines", "give one of them") { Code = "INVALID_ARGUMENTS" });
        }

        string jail = await call.JailAsync().ConfigureAwait(false);
        WorkspaceFiles files = new(call.Session, jail, call.Cancelled);
        long size = (await files.StatAsync(path).ConfigureAwait(false)).SizeBytes;
        JsonObject json = new() { ["jail"] = jail, ["path"] = path, ["size_bytes"] = size };
        return byLines ? await LinesAsync(call, files, path, json, most).ConfigureAwait(false) : await BytesAsync(call, files, path, json, most).ConfigureAwait(false);
    }

    private static async Task<ToolAnswer> BytesAsync(ToolCall call, WorkspaceFiles files, string path, JsonObject json, int most)
    {
        long offset = call.Arguments.Number("offset") ?? 0;
        long size = json["size_bytes"]!.GetValue<long>();
        byte[] bytes = await files.ReadAsync(path, offset, most).ConfigureAwait(false);
        if (offset == 0 && FileText.ImageType(bytes) is string type && size <= LargestImage)
        {
            json["image"] = type;
            byte[] image = bytes.Length < size ? await files.ReadWholeAsync(path).ConfigureAwait(false) : bytes;
            return new ToolAnswer($"[{path}: an image, {type}, {size} bytes]", json) { Attachment = ImageContentBlock.FromBytes(image, type) };
        }

        bool isPart = offset + bytes.Length < size;
        byte[] whole = isPart ? bytes[..OutputText.WholeCharacters(bytes)] : bytes;
        json["offset"] = offset;
        string? text = FileText.Of(whole);
        json[text is null ? "base64" : "text"] = text ?? Convert.ToBase64String(bytes);
        long next = offset + (text is null ? bytes.Length : whole.Length);
        if (isPart)
        {
            json["next_offset"] = next;
        }

        string shown = text ?? $"[not text; base64:]\n{json["base64"]!.GetValue<string>()}";
        return new ToolAnswer(isPart || offset > 0 ? $"{shown}\n[{path}: bytes {offset} to {next} of {size}]" : shown, json);
    }

    private static async Task<ToolAnswer> LinesAsync(ToolCall call, WorkspaceFiles files, string path, JsonObject json, int most)
    {
        string text = FileText.Of(await files.ReadWholeAsync(path).ConfigureAwait(false))
            ?? throw new ToolException(new Refusal("the file has no lines", "it is not UTF-8 text", "read it by offset, or with a command in the jail") { Code = "NOT_TEXT" });
        string[] lines = text.Split('\n');
        int count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        int first = (int)Math.Min(call.Arguments.Number("first_line") ?? 1, count + 1L);
        int last = (int)Math.Min(count, first - 1 + (call.Arguments.Number("lines") ?? int.MaxValue));
        StringBuilder part = new();
        int at = first;
        for (int size = 0; at <= last; at++)
        {
            string line = lines[at - 1] + (at < lines.Length ? "\n" : "");
            size += Encoding.UTF8.GetByteCount(line);
            if (size > most && at > first)
            {
                break;
            }

            part.Append(line);
        }

        json["first_line"] = first;
        json["text"] = part.ToString();
        if (at <= count)
        {
            json["next_line"] = at;
        }

        return new ToolAnswer($"{part}[{path}: lines {first} to {at - 1} of {count}]", json);
    }
}
