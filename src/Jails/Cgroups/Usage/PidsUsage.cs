namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>Processes and threads in a cgroup.</summary>
/// <param name="Current">Now; dead ones that nobody waited for are counted.</param>
/// <param name="Peak">The most at once; null before Linux 6.1.</param>
/// <param name="Refused">How many were refused for the limit.</param>
/// <remarks>Source: cgroup-v2.rst, "PID Interface Files".</remarks>
public sealed record PidsUsage(long Current, long? Peak, long Refused)
{
    /// <summary>Parses <c>pids.current</c>, <c>pids.peak</c> and <c>pids.events</c>.</summary>
    internal static PidsUsage Parse(string current, string? peak, string events) =>
        new(CgroupText.Single(current) ?? 0, CgroupText.Single(peak), CgroupText.Keys(events).GetValueOrDefault("max"));
}
