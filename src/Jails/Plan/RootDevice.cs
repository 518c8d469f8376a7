namespace AgentSandbox.Jails.Plan;

/// <summary>A character device that every program may use.</summary>
/// <param name="Path">Where.</param>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
public sealed record RootDevice(string Path, uint Major, uint Minor) : RootEntry(Path);
