namespace AgentSandbox.Jails.Plan;

/// <summary>A generated file.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">Its content.</param>
public sealed record RootFile(string Path, string Content) : RootEntry(Path);
