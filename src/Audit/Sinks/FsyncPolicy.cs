namespace AgentSandbox.Audit;

/// <summary>When entries in a file are made to survive a loss of power. A crash of the daemon loses none in any case.</summary>
public enum FsyncPolicy
{
    /// <summary>When the kernel likes.</summary>
    None,

    /// <summary>Once in each <see cref="JsonLinesOptions.FsyncInterval"/>, if something was written.</summary>
    Interval,

    /// <summary>Before each write returns. Costs what the disk takes: a millisecond or more.</summary>
    Each,
}
