namespace AgentSandbox.Jails.Plan;

/// <summary>A generated file.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">Its content.</param>
/// <param name="Executable">True: mode 0755, else 0644.</param>
public sealed record RootFile(string Path, string Content, bool Executable = false) : RootEntry(Path);
