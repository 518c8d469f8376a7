namespace AgentSandbox.Jails.Plan;

/// <summary>One thing in the root of a jail's file system.</summary>
/// <param name="Path">Where: absolute, without <c>.</c>, <c>..</c> or a trailing slash.</param>
public abstract record RootEntry(string Path);
