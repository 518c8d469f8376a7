namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>CPU time that a cgroup used, with all that ever was in it.</summary>
/// <param name="User">In user mode.</param>
/// <param name="System">In the kernel.</param>
/// <param name="Throttled">How long it had to wait since its quota was used up; zero without the cpu controller.</param>
/// <param name="ThrottledPeriods">In how many periods of cpu.max that was so.</param>
/// <remarks>Source: cgroup-v2.rst, "CPU Interface Files", "cpu.stat".</remarks>
public sealed record CpuUsage(TimeSpan User, TimeSpan System, TimeSpan Throttled, long ThrottledPeriods)
{
    /// <summary>User and system time together.</summary>
    public TimeSpan Total => User + System;

    /// <summary>Parses <c>cpu.stat</c>.</summary>
    internal static CpuUsage Parse(string stat)
    {
        IReadOnlyDictionary<string, long> keys = CgroupText.Keys(stat);
        return new(Time("user_usec"), Time("system_usec"), Time("throttled_usec"), keys.GetValueOrDefault("nr_throttled"));

        TimeSpan Time(string key) => TimeSpan.FromMicroseconds(keys.GetValueOrDefault(key));
    }
}
