namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A layer: what changed between two moments of a workspace, as overlayfs keeps it.</summary>
/// <param name="Volume">The id of the workspace in whose volume it lies.</param>
/// <param name="Number">1 or more; never given twice in a volume.</param>
public sealed record LayerRef(string Volume, int Number);
