namespace AgentSandbox.Audit;

/// <summary>How an <see cref="AuditLog"/> works.</summary>
/// <param name="Version">The daemon's version, for the record of its start.</param>
public sealed record AuditLogOptions(string Version)
{
    /// <summary>How many records one source may cause at once before some are left out: 1 or more.</summary>
    public int FloodBurst { get; init; } = 200;

    /// <summary>How many records one source may cause a second in the long run: more than 0.</summary>
    public double FloodPerSecond { get; init; } = 20;

    /// <summary>How often is told what was left out.</summary>
    public TimeSpan FloodInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
