using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>workspace_diff</c>: what changed in a workspace.</summary>
internal sealed class WorkspaceDiffTool() : SandboxTool(new ToolDefinition(
    "workspace_diff",
    "Compare states of a workspace",
    ToolKind.Reads,
    ["workspace.diff"],
    "Says what differs between two snapshots of a workspace, or a snapshot and now; each change with what a reviewer should know (executable, git, ci, ...).",
    $$$$"""
    {{{{{WorkspaceTarget.Arguments}}}},
      "from":{"type":"string","pattern":"^s-[a-z0-9]{1,32}$","description":"The snapshot before; left out: the newest, else the beginning."},
      "to":{"type":"string","pattern":"^s-[a-z0-9]{1,32}$","description":"The snapshot after; left out: now."},
      "path":{{{{WorkspacePath.Schema.Replace("In the workspace", "Only below this; left out: all. Else", StringComparison.Ordinal)}}}},
      "text_lines":{"type":"integer","minimum":0,"maximum":10000,"description":"Lines of a unified diff for each text file; left out: 200."},
      "max_changes":{"type":"integer","minimum":1,"maximum":10000,"description":"Left out: 500."}}
    """,
    [],
    """
    {"workspace":{"type":"string"},"changes":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},"kind":{"type":"string","enum":["added","changed","removed"]},
      "flags":{"type":"array","items":{"type":"string"}},"diff":{"type":"string"}},"required":["path","kind"]}},"truncated":{"type":"boolean"}}
    """,
    ["workspace", "changes", "truncated"]))
{
    private const int UsualChanges = 500;
    private const int UsualLines = 200;
    private const int MaxText = 256 * 1024;

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string workspace = await WorkspaceTarget.FindAsync(call).ConfigureAwait(false);
        DiffWorkspaceRequest request = new()
        {
            Id = workspace,
            From = call.Arguments.Text("from") ?? "",
            To = call.Arguments.Text("to") ?? "",
            Path = WorkspacePath.Of(call.Arguments.Text("path") ?? ""),
            TextLines = (int)(call.Arguments.Number("text_lines") ?? UsualLines),
        };
        long most = call.Arguments.Number("max_changes") ?? UsualChanges;
        JsonArray changes = [];
        StringBuilder text = new();
        bool isCut = false;
        using AsyncServerStreamingCall<FileChange> diff = call.Session.Workspaces.DiffWorkspace(request, cancellationToken: call.Cancelled);
        while (!isCut && await diff.ResponseStream.MoveNext(call.Cancelled).ConfigureAwait(false))
        {
            FileChange change = diff.ResponseStream.Current;
            isCut = changes.Count >= most || text.Length > MaxText;
            if (!isCut)
            {
                string kind = change.Kind switch { ChangeKind.Added => "added", ChangeKind.Removed => "removed", _ => "changed" };
                string[] flags = [.. change.Flags.Select(flag => flag.ToString().ToLowerInvariant())];
                JsonObject json = new() { ["path"] = change.Path, ["kind"] = kind, ["flags"] = new JsonArray([.. flags.Select(flag => JsonValue.Create(flag))]) };
                if (change.Text.Length > 0)
                {
                    json["diff"] = change.Text;
                }

                changes.Add((JsonNode)json);
                text.Append(kind).Append(' ').Append(change.Path).Append(flags.Length > 0 ? $" ({string.Join(", ", flags)})" : "").Append('\n').Append(change.Text);
            }
        }

        string said = changes.Count == 0 ? "Nothing differs." : text.ToString();
        return new ToolAnswer(isCut ? $"{said}\n[there is more: name a path]" : said, new JsonObject { ["workspace"] = workspace, ["changes"] = changes, ["truncated"] = isCut });
    }
}
