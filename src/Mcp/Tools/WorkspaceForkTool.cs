using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>workspace_fork</c>: a new workspace that begins as another.</summary>
internal sealed class WorkspaceForkTool() : SandboxTool(new ToolDefinition(
    "workspace_fork",
    "Fork a workspace",
    ToolKind.Adds,
    ["workspace.fork"],
    "Makes a new workspace that begins as a snapshot of another, and shares its storage: to try something without changing the other. Name it in jail_create.",
    $$$$"""
    {{{{{WorkspaceTarget.Arguments}}}},"snapshot":{"type":"string","pattern":"^s-[a-z0-9]{1,32}$","description":"Left out: one is made now."}}
    """,
    [],
    """{"workspace":{"type":"string","description":"The new one."},"from_workspace":{"type":"string"},"from_snapshot":{"type":"string"}}""",
    ["workspace", "from_workspace"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string workspace = await WorkspaceTarget.FindAsync(call).ConfigureAwait(false);
        ForkWorkspaceRequest request = new() { Id = workspace, Snapshot = call.Arguments.Text("snapshot") ?? "" };
        Workspace made = await call.Session.Workspaces.ForkWorkspaceAsync(request, cancellationToken: CancellationToken.None).ConfigureAwait(false); // what was made is told
        return new ToolAnswer(
            $"{made.Id} begins as {made.ForkedFromSnapshot} of {workspace}: jail_create with workspace {made.Id} makes a jail for it.",
            new JsonObject { ["workspace"] = made.Id, ["from_workspace"] = workspace, ["from_snapshot"] = made.ForkedFromSnapshot });
    }
}
