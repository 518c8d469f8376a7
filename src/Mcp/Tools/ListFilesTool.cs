using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;
using AgentSandbox.V1;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>list_files</c>: what a directory of the workspace holds.</summary>
internal sealed class ListFilesTool() : SandboxTool(new ToolDefinition(
    "list_files",
    "List files",
    ToolKind.Reads,
    ["file.read"],
    "Lists a directory of the workspace, with depth also what is below it. Links are shown and not followed.",
    $$$$"""
    {{{{{JailArgument}}}},"path":{{{{WorkspacePath.Schema.Replace("In the workspace", "Left out: the workspace. Else in it", StringComparison.Ordinal)}}}},
      "depth":{"type":"integer","minimum":1,"maximum":20,"description":"How many levels; left out: 1."},
      "max_files":{"type":"integer","minimum":1,"maximum":10000,"description":"Left out: 1000."},
      "page_token":{"type":"string","maxLength":4096,"description":"With depth 1: next_page_token of the page before."}}
    """,
    [],
    """
    {"jail":{"type":"string"},"path":{"type":"string"},"files":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},
      "kind":{"type":"string","enum":["file","directory","link","other"]},"size_bytes":{"type":"integer"},"mode":{"type":"string"},"modified_at":{"type":"string"},
      "unaddressable":{"type":"boolean","description":"True: the name is not UTF-8, and cannot be used here."}},"required":["path","kind"]}},
      "truncated":{"type":"boolean","description":"True: there are more."},"next_page_token":{"type":"string"}}
    """,
    ["jail", "path", "files", "truncated"]))
{
    private const int UsualFiles = 1000;
    private const int MaxDirectories = 1000;

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string path = WorkspacePath.Of(call.Arguments.Text("path") ?? "");
        int most = (int)(call.Arguments.Number("max_files") ?? UsualFiles);
        int depth = (int)(call.Arguments.Number("depth") ?? 1);
        string jail = await call.JailAsync().ConfigureAwait(false);
        WorkspaceFiles files = new(call.Session, jail, call.Cancelled);
        List<FileInfo> found = [];
        Queue<(string Path, int Depth)> directories = new([(path, depth)]);
        string token = call.Arguments.Text("page_token") ?? "";
        for (int listed = 0; directories.Count > 0 && found.Count < most && listed < MaxDirectories; listed++)
        {
            (string directory, int levels) = directories.Peek();
            ListFilesResponse page = await files.ListAsync(directory, most - found.Count, token).ConfigureAwait(false);
            found.AddRange(page.Files);
            foreach (FileInfo below in page.Files.Where(file => levels > 1 && file is { Kind: FileKind.Directory, Unaddressable: false }))
            {
                directories.Enqueue((below.Path, levels - 1));
            }

            token = page.NextPageToken;
            if (token.Length == 0)
            {
                directories.Dequeue();
            }
        }

        bool isCut = directories.Count > 0;
        JsonObject json = new() { ["jail"] = jail, ["path"] = path, ["files"] = new JsonArray([.. found.Select(Describe)]), ["truncated"] = isCut };
        if (depth == 1 && token.Length > 0)
        {
            json["next_page_token"] = token;
        }

        string text = found.Count == 0 ? $"{(path.Length == 0 ? "The workspace" : path)} is empty." : string.Join('\n', found.Select(Line));
        return new ToolAnswer(isCut ? $"{text}\n[there are more: {(depth == 1 ? $"page_token {token}" : "list a directory below, or less depth")}]" : text, json);
    }

    private static string Line(FileInfo file) => file.Kind == FileKind.Directory ? $"{file.Path}/" : file.Kind == FileKind.Regular ? $"{file.Path} ({file.SizeBytes} bytes)" : $"{file.Path} ({Kind(file)})";

    private static string Kind(FileInfo file) => file.Kind switch
    {
        FileKind.Regular => "file",
        FileKind.Directory => "directory",
        FileKind.Link => "link",
        _ => "other",
    };

    private static JsonNode Describe(FileInfo file)
    {
        JsonObject json = new()
        {
            ["path"] = file.Path, ["kind"] = Kind(file), ["size_bytes"] = file.SizeBytes, ["mode"] = Convert.ToString(file.Mode, 8),
            ["modified_at"] = file.ModifiedAt?.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        };
        if (file.Unaddressable)
        {
            json["unaddressable"] = true;
        }

        return json;
    }
}
