namespace AgentSandbox.Jails.Plan;

/// <summary>An empty directory: a place to mount on, or a parent of other entries.</summary>
/// <param name="Path">Where.</param>
public sealed record RootDirectory(string Path) : RootEntry(Path);
