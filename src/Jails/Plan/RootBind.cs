namespace AgentSandbox.Jails.Plan;

/// <summary>A host directory or file, read-only, without setuid and devices.</summary>
/// <param name="Path">Where.</param>
/// <param name="Source">The host path; the fd slot <c>source:PATH</c> holds it, opened once.</param>
/// <param name="IsDirectory">True for a directory.</param>
public sealed record RootBind(string Path, string Source, bool IsDirectory) : RootEntry(Path);
