namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>Time that processes were held up for want of a resource.</summary>
/// <param name="Avg10Percent">Of the last ten seconds: 0 to 100.</param>
/// <param name="Total">Since the cgroup was made.</param>
/// <remarks>Source: accounting/psi.rst, "Pressure interface".</remarks>
public readonly record struct Stall(decimal Avg10Percent, TimeSpan Total);
