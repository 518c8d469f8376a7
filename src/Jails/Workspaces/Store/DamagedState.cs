namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A file that should hold the state of a workspace and does not: the workspace is not shown, and what it may need is kept.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record DamagedState(string Path, string Reason);
