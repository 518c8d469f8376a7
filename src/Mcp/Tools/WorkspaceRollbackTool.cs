using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>workspace_rollback</c>: makes a workspace what a snapshot holds.</summary>
internal sealed class WorkspaceRollbackTool() : SandboxTool(new ToolDefinition(
    "workspace_rollback",
    "Go back to a snapshot",
    ToolKind.Replaces,
    ["workspace.rollback"],
    "Makes a workspace what one of its snapshots holds. What changed since is lost, unless a later snapshot has it. End background commands first: they keep files open that are no longer the workspace's.",
    $$$$"""{{{{{WorkspaceTarget.Arguments}}}},"snapshot":{"type":"string","pattern":"^s-[a-z0-9]{1,32}$","description":"As workspace_snapshot gives it."}}""",
    ["snapshot"],
    """{"workspace":{"type":"string"},"snapshot":{"type":"string"},"used_bytes":{"type":"integer"},"used_files":{"type":"integer"}}""",
    ["workspace", "snapshot"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string workspace = await WorkspaceTarget.FindAsync(call).ConfigureAwait(false);
        string snapshot = call.Arguments.Required("snapshot");
        Workspace now = await call.Session.Workspaces.RollbackWorkspaceAsync(new RollbackWorkspaceRequest { Id = workspace, Snapshot = snapshot }, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        return new ToolAnswer($"{workspace} is what {snapshot} holds.", new JsonObject { ["workspace"] = workspace, ["snapshot"] = snapshot, ["used_bytes"] = now.UsedBytes, ["used_files"] = now.UsedFiles });
    }
}
