namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>Memory that is charged to a cgroup, in bytes.</summary>
/// <param name="CurrentBytes">All of it, without swap.</param>
/// <param name="PeakBytes">The most at once; null before Linux 5.19.</param>
/// <param name="AnonymousBytes">Heaps and stacks.</param>
/// <param name="FileBytes">Page cache, tmpfs and shared memory.</param>
/// <param name="SharedBytes">Of <paramref name="FileBytes"/>: tmpfs and shared memory, which cannot be dropped.</param>
/// <param name="KernelBytes">Kernel memory: stacks, page tables, slab.</param>
/// <param name="SocketBytes">Buffers of network sockets.</param>
/// <param name="SwapBytes">Swap; null where the kernel has none.</param>
/// <param name="OomKills">How many processes were killed for want of memory.</param>
/// <remarks>Source: cgroup-v2.rst, "Memory Interface Files".</remarks>
public sealed record MemoryUsage(
    long CurrentBytes, long? PeakBytes, long AnonymousBytes, long FileBytes, long SharedBytes, long KernelBytes, long SocketBytes, long? SwapBytes, long OomKills)
{
    private static readonly string[] s_kernelKinds = ["kernel_stack", "pagetables", "percpu", "slab", "vmalloc"];

    /// <summary>Parses the files.</summary>
    /// <param name="current"><c>memory.current</c>.</param>
    /// <param name="peak"><c>memory.peak</c>, or null.</param>
    /// <param name="stat"><c>memory.stat</c>.</param>
    /// <param name="swap"><c>memory.swap.current</c>, or null.</param>
    /// <param name="events"><c>memory.events</c>.</param>
    internal static MemoryUsage Parse(string current, string? peak, string stat, string? swap, string events)
    {
        IReadOnlyDictionary<string, long> keys = CgroupText.Keys(stat);
        return new(
            CgroupText.Single(current) ?? 0,
            CgroupText.Single(peak),
            keys.GetValueOrDefault("anon"),
            keys.GetValueOrDefault("file"),
            keys.GetValueOrDefault("shmem"),
            keys.TryGetValue("kernel", out long kernel) ? kernel : Kernel(keys), // the sum is told since Linux 5.18
            keys.GetValueOrDefault("sock"),
            CgroupText.Single(swap),
            CgroupText.Keys(events).GetValueOrDefault("oom_kill"));
    }

    private static long Kernel(IReadOnlyDictionary<string, long> keys) =>
        s_kernelKinds.Sum(key => keys.GetValueOrDefault(key));
}
