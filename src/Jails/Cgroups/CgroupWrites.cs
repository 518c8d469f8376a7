using System.Globalization;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>Limits as what is written to which file: data, like the plan.</summary>
public static class CgroupWrites
{
    private const long CpuPeriodUsec = 100_000;

    /// <summary>The writes for a jail's cgroup, in order.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="controllers">The controllers that the cgroup has.</param>
    /// <remarks>Source: cgroup-v2.rst, "Memory", "CPU", "PID".</remarks>
    public static IEnumerable<(string File, string Value)> For(JailLimits limits, IReadOnlyCollection<string> controllers)
    {
        if (controllers.Contains("memory"))
        {
            yield return ("memory.max", Bytes(limits.Memory));
            yield return ("memory.swap.max", Bytes(limits.Swap));
        }

        if (controllers.Contains("cpu"))
        {
            string quota = limits.Cpus.IsMax ? "max" : ((long)(limits.Cpus.Value * CpuPeriodUsec)).ToString(CultureInfo.InvariantCulture);
            yield return ("cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota} {CpuPeriodUsec}"));
        }

        if (controllers.Contains("pids"))
        {
            yield return ("pids.max", limits.Pids.ToString());
        }
    }

    private static string Bytes(Limit<ByteSize> limit) => limit.IsMax ? "max" : limit.Value.Bytes.ToString(CultureInfo.InvariantCulture);
}
