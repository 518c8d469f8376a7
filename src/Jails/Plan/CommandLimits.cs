using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Plan;

/// <summary>What a single command may use; null: as its jail says. A jail's limit that is tighter holds all the same.</summary>
/// <param name="Timeout">Wall-clock time: 10 ms to 30 days; so the next two.</param>
/// <param name="CpuTime">CPU time with all that it started.</param>
/// <param name="Idle">Time without reading or writing a standard stream.</param>
/// <param name="Output">What it may write to stdout and stderr together.</param>
public sealed record CommandLimits(TimeSpan? Timeout = null, TimeSpan? CpuTime = null, TimeSpan? Idle = null, ByteSize? Output = null)
{
    /// <summary>The limits of a command in a jail that has <paramref name="jail"/>.</summary>
    internal JailLimits Within(JailLimits jail) => jail with
    {
        Timeout = Tighter(jail.Timeout, Timeout),
        CpuTime = Tighter(jail.CpuTime, CpuTime),
        Idle = Tighter(jail.Idle, Idle),
        Output = Tighter(jail.Output, Output),
    };

    private static Limit<T> Tighter<T>(Limit<T> limit, T? asked)
        where T : struct, IComparable<T> => asked is T value && !limit.IsBelow(value) ? value : limit;
}
