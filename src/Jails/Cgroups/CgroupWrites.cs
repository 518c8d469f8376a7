using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>Limits as what is written to which file: data, like the plan. Each value is in the form in which the kernel shows it.</summary>
public static class CgroupWrites
{
    private const long CpuPeriodUsec = 100_000;

    /// <summary>The writes for a jail's cgroup, in order.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="controllers">The controllers that the cgroup has.</param>
    /// <param name="disks">The disks of its writable storage: <c>254:0</c>.</param>
    /// <remarks>Source: cgroup-v2.rst, "Memory", "CPU", "PID", "IO", "Cpuset".</remarks>
    public static IEnumerable<CgroupWrite> For(JailLimits limits, IReadOnlyCollection<string> controllers, ImmutableArray<string> disks)
    {
        if (controllers.Contains("memory"))
        {
            yield return new("memory.max", "", Pages(limits.Memory));
            yield return new("memory.swap.max", "", Pages(limits.Swap));
            yield return new("memory.high", "", Pages(limits.MemoryHigh));
        }

        if (controllers.Contains("cpu"))
        {
            string quota = limits.Cpus.IsMax ? "max" : Number((long)(limits.Cpus.Value * CpuPeriodUsec));
            yield return new("cpu.max", "", $"{quota} {CpuPeriodUsec}");
            yield return new("cpu.weight", "", Number(limits.CpuWeight));
        }

        if (controllers.Contains("cpuset"))
        {
            yield return new("cpuset.cpus", "", limits.CpuSet?.Text ?? "") { IsOptional = limits.CpuSet is null };
        }

        if (controllers.Contains("pids"))
        {
            yield return new("pids.max", "", limits.Pids.ToString());
        }

        if (controllers.Contains("io"))
        {
            foreach (string disk in disks)
            {
                yield return new("io.max", disk, $"rbps={Bytes(limits.IoReadBytes)} wbps={Bytes(limits.IoWriteBytes)} riops={limits.IoReads} wiops={limits.IoWrites}");
            }

            yield return new("io.weight", "default", Number(limits.IoWeight)) { IsOptional = limits.IoWeight == JailLimits.DefaultWeight };
        }
    }

    // The kernel counts whole pages, and cuts off what is over.
    private static string Pages(Limit<ByteSize> limit) => limit.IsMax ? "max" : Number(limit.Value.Bytes - (limit.Value.Bytes % Environment.SystemPageSize));

    private static string Bytes(Limit<ByteSize> limit) => limit.IsMax ? "max" : Number(limit.Value.Bytes);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
