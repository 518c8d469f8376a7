namespace AgentSandbox.Jails.Plan;

/// <summary>A symbolic link.</summary>
/// <param name="Path">Where.</param>
/// <param name="Target">What it points to.</param>
public sealed record RootSymlink(string Path, string Target) : RootEntry(Path);
