namespace AgentSandbox.Jails.Profiles;

/// <summary>A host path that appears read-only in the jail, without setuid and devices.</summary>
/// <param name="Source">Absolute host path. A symbolic link (<c>/bin</c> on a merged-usr host) appears as the same link.</param>
/// <param name="Target">Absolute path inside the jail.</param>
/// <param name="Optional">True: a host without the path still makes the jail.</param>
public sealed record BindPolicy(string Source, string Target, bool Optional);
