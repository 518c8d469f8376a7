namespace AgentSandbox.Kernel;

/// <summary>How the two generations of cgroups are mounted.</summary>
public enum CgroupLayout
{
    /// <summary>No cgroups, or none mounted.</summary>
    None,

    /// <summary>Version 1 only.</summary>
    Legacy,

    /// <summary>Version 2 beside version 1, which holds the controllers that it was mounted with.</summary>
    Hybrid,

    /// <summary>Version 2 only.</summary>
    Unified,
}
