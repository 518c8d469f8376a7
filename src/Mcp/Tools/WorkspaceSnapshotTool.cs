using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>workspace_snapshot</c>: keeps what a workspace holds now.</summary>
internal sealed class WorkspaceSnapshotTool() : SandboxTool(new ToolDefinition(
    "workspace_snapshot",
    "Keep the workspace's state",
    ToolKind.Adds,
    ["workspace.snapshot"],
    "Keeps what a workspace holds now, for workspace_rollback, workspace_diff and workspace_fork. For workspaces that outlive their jail.",
    $$$$"""
    {{{{{WorkspaceTarget.Arguments}}}},
      "description":{"type":"string","maxLength":256,"pattern":"^[^\\x00-\\x1f\\x7f]*$","description":"What it is, in your own words."}}
    """,
    [],
    """{"workspace":{"type":"string"},"snapshot":{"type":"string"},"description":{"type":"string"}}""",
    ["workspace", "snapshot"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string workspace = await WorkspaceTarget.FindAsync(call).ConfigureAwait(false);
        // No token: what was made is told.
        Snapshot made = await call.Session.Workspaces.CreateSnapshotAsync(
            new CreateSnapshotRequest { Workspace = workspace, Description = call.Arguments.Text("description") ?? "" }, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        return new ToolAnswer($"{made.Id} keeps what {workspace} holds now.", new JsonObject { ["workspace"] = workspace, ["snapshot"] = made.Id, ["description"] = made.Description });
    }
}
