namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What a commit did.</summary>
/// <param name="Workspace">The workspace that changed.</param>
/// <param name="Before">What it held before.</param>
/// <param name="Changes">Paths that changed in it.</param>
public sealed record CommitResult(WorkspaceState Workspace, SnapshotState Before, long Changes);
