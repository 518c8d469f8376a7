using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>edit_file</c>: replaces passages of a text file.</summary>
internal sealed class EditFileTool() : SandboxTool(new ToolDefinition(
    "edit_file",
    "Edit a file",
    ToolKind.Changes,
    ["file.read", "file.write"],
    """
    Replaces passages of a text file of the workspace, one after the other, all or none. old_text must stand in the file exactly once (with blanks and line feeds as they are), unless
    replace_all is true: give enough of what is around it.
    """,
    $$$$"""
    {{{{{JailArgument}}}},"path":{{{{WorkspacePath.Schema}}}},
      "edits":{"type":"array","minItems":1,"maxItems":1000,"items":{"type":"object","additionalProperties":false,"required":["old_text","new_text"],"properties":{
        "old_text":{"type":"string","minLength":1},"new_text":{"type":"string"},"replace_all":{"type":"boolean"}} }},
      "dry_run":{"type":"boolean","description":"True: only says what would be replaced."}}
    """,
    ["path", "edits"],
    """
    {"jail":{"type":"string"},"path":{"type":"string"},"size_bytes":{"type":"integer"},"replaced":{"type":"integer","description":"Passages."},"written":{"type":"boolean"},
      "lines":{"type":"array","items":{"type":"integer"},"description":"The line at which each edit begins."}}
    """,
    ["jail", "path", "replaced", "written"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string path = WorkspacePath.Of(call.Arguments.Required("path"));
        string jail = await call.JailAsync().ConfigureAwait(false);
        WorkspaceFiles files = new(call.Session, jail, call.Cancelled);
        string text = FileText.Of(await files.ReadWholeAsync(path).ConfigureAwait(false)) ?? throw Wrong("it is not UTF-8 text", "write it whole, or change it with a command in the jail", "NOT_TEXT");
        int replaced = 0;
        JsonArray lines = [];
        Arguments[] edits = call.Arguments.Groups("edits");
        for (int i = 0; i < edits.Length; i++)
        {
            (text, int count, int line) = Apply(text, edits[i], i);
            replaced += count;
            lines.Add((JsonNode)line);
        }

        bool isDry = call.Arguments.Flag("dry_run");
        byte[] content = Encoding.UTF8.GetBytes(text);
        if (content.Length > WorkspaceFiles.MaxWhole)
        {
            throw Wrong($"it would have more than {WorkspaceFiles.MaxWhole} bytes", "write it with a command in the jail", "FILE_TOO_LARGE");
        }

        if (!isDry)
        {
            await files.WriteAsync(path, content, 0, createOnly: false).ConfigureAwait(false);
        }

        return new ToolAnswer(
            $"{path}: {replaced} passages {(isDry ? "would be replaced" : "replaced")}, at lines {string.Join(", ", lines.Select(line => line!.ToString()))}.",
            new JsonObject { ["jail"] = jail, ["path"] = path, ["size_bytes"] = content.Length, ["replaced"] = replaced, ["written"] = !isDry, ["lines"] = lines });
    }

    private static (string Text, int Count, int Line) Apply(string text, Arguments edit, int index)
    {
        string old = edit.Required("old_text");
        int at = text.IndexOf(old, StringComparison.Ordinal);
        if (at < 0)
        {
            throw Wrong($"edits[{index}].old_text is not in it", "read it again: blanks and line feeds count, and earlier edits of the same call have been applied", "NO_MATCH");
        }

        int count = 1;
        for (int next = text.IndexOf(old, at + old.Length, StringComparison.Ordinal); next >= 0; next = text.IndexOf(old, next + old.Length, StringComparison.Ordinal))
        {
            count++;
        }

        int line = 1 + text.AsSpan(0, at).Count('\n');
        return edit.Flag("replace_all") ? (text.Replace(old, edit.Required("new_text"), StringComparison.Ordinal), count, line)
            : count == 1 ? ($"{text[..at]}{edit.Required("new_text")}{text[(at + old.Length)..]}", 1, line)
            : throw Wrong($"edits[{index}].old_text is in it {count} times", "give more of what is around it, or replace_all", "SEVERAL_MATCHES");
    }

    private static ToolException Wrong(string reason, string instead, string code) => new(new Refusal("the file was not edited", reason, instead) { Code = code });
}
