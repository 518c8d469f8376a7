using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>search_files</c>: finds text or names in the workspace.</summary>
internal sealed class SearchFilesTool() : SandboxTool(new ToolDefinition(
    "search_files",
    "Search files",
    ToolKind.Reads,
    ["file.read"],
    """
    Finds lines that hold a text or match a regular expression, in text files of the workspace; without text or regex it finds files by name. It looks at 100 MiB, 20,000 files and
    20 seconds at most, and at files up to 4 MiB.
    """,
    $$$$"""
    {{{{{JailArgument}}}},"path":{{{{WorkspacePath.Schema.Replace("In the workspace", "Where to look; left out: everywhere. Else", StringComparison.Ordinal)}}}},
      "text":{"type":"string","minLength":1,"maxLength":1000,"description":"What a line holds. Give this or regex."},
      "regex":{"type":"string","minLength":1,"maxLength":1000,"description":"What a line matches (.NET, without look-around and back-references)."},
      "ignore_case":{"type":"boolean"},
      "glob":{"type":"string","maxLength":256,"description":"Only files whose name (or path, if it has a slash) is like this: *.py, src/**/*.ts."},
      "max_matches":{"type":"integer","minimum":1,"maximum":5000,"description":"Left out: 200."}}
    """,
    [],
    """
    {"jail":{"type":"string"},"matches":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},"line":{"type":"integer"},"text":{"type":"string"}},"required":["path"]}},
      "files_searched":{"type":"integer"},"truncated":{"type":"boolean","description":"True: there may be more."},"stopped":{"type":"string","description":"Why it did not look further."}}
    """,
    ["jail", "matches", "files_searched", "truncated"]))
{
    private const int UsualMatches = 200;

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        FileSearch search = FileSearch.Of(
            call.Arguments.Text("text"), call.Arguments.Text("regex"), call.Arguments.Flag("ignore_case"), call.Arguments.Text("glob"), (int)(call.Arguments.Number("max_matches") ?? UsualMatches));
        string path = WorkspacePath.Of(call.Arguments.Text("path") ?? "");
        string jail = await call.JailAsync().ConfigureAwait(false);
        await search.RunAsync(new WorkspaceFiles(call.Session, jail, call.Cancelled), path, call.Cancelled).ConfigureAwait(false);
        JsonObject json = new()
        {
            ["jail"] = jail, ["matches"] = new JsonArray([.. search.Matches.Select(Describe)]), ["files_searched"] = search.Files, ["truncated"] = search.Stopped is not null,
        };
        if (search.Stopped is not null)
        {
            json["stopped"] = search.Stopped;
        }

        string text = search.Matches.Count == 0 ? "Nothing was found." : string.Join('\n', search.Matches.Select(match => match.Line == 0 ? match.Path : $"{match.Path}:{match.Line}: {match.Text}"));
        return new ToolAnswer(search.Stopped is null ? text : $"{text}\n[not all was looked at: {search.Stopped}]", json);
    }

    private static JsonNode Describe(FileMatch match) => match.Line == 0
        ? new JsonObject { ["path"] = match.Path }
        : new JsonObject { ["path"] = match.Path, ["line"] = match.Line, ["text"] = match.Text };
}
