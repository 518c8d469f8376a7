namespace AgentSandbox.Kernel;

/// <summary>Whether this host has something.</summary>
public enum Presence
{
    /// <summary>It could not be found out.</summary>
    Unknown,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there.</summary>
    Present,
}
