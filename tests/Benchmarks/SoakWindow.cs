using System.Globalization;

namespace AgentSandbox.Benchmarks;

/// <summary>A stretch of the load, and what the daemon has when it rests afterwards.</summary>
/// <param name="Calls">How many calls were answered in it.</param>
/// <param name="Median">The middle one of their times, in microseconds.</param>
/// <param name="ResidentKilobytes">The daemon's memory.</param>
/// <param name="Fds">Its open files.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Mounts">The mounts that it sees.</param>
/// <param name="Cgroups">The cgroups of its jails.</param>
/// <param name="Processes">Its children.</param>
internal sealed record SoakWindow(int Calls, double Median, long ResidentKilobytes, int Fds, int Threads, int Mounts, int Cgroups, int Processes)
{
    // What may differ though nothing leaks: the thread pool and the collector breathe, and the machine has other work.
    private const double MemoryGrowth = 1.15;
    private const double Slowdown = 1.25;
    private const int Breath = 8;

    /// <summary>The heading of the lines.</summary>
    public const string Heading = "   calls  median us  resident kB    fds  threads  mounts  cgroups  processes";

    /// <summary>What is more than it was in <paramref name="earlier"/>; empty: it is flat.</summary>
    public IEnumerable<string> GrownSince(SoakWindow earlier)
    {
        (string Name, double Now, double Most)[] figures =
        [
            ("latency", Median, earlier.Median * Slowdown),
            ("memory", ResidentKilobytes, earlier.ResidentKilobytes * MemoryGrowth),
            ("fds", Fds, earlier.Fds + Breath),
            ("threads", Threads, earlier.Threads + Breath),
            ("mounts", Mounts, earlier.Mounts),
            ("cgroups", Cgroups, earlier.Cgroups),
            ("processes", Processes, earlier.Processes),
        ];
        return figures.Where(figure => figure.Now > figure.Most).Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name}: {figure.Now:f0}, at most {figure.Most:f0} was expected"));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Calls,8} {Median,10:f0} {ResidentKilobytes,12} {Fds,6} {Threads,8} {Mounts,7} {Cgroups,8} {Processes,10}");
}
