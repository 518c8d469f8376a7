using System.Diagnostics;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Cgroups.Usage;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Supervise;

/// <summary>The three clocks of a command: wall, CPU and idle time, all monotonic.</summary>
/// <param name="limits">What the command has.</param>
/// <param name="leaf">The command's cgroup, which counts its CPU time; null without cgroups.</param>
/// <param name="startedAt">When it was started, in ticks of the monotonic clock.</param>
internal sealed class CommandClock(JailLimits limits, Cgroup? leaf, long startedAt)
{
    private static readonly TimeSpan s_finest = TimeSpan.FromMilliseconds(5);

    private long _active = Stopwatch.GetTimestamp();

    /// <summary>When the command was started, in ticks of the monotonic clock.</summary>
    internal long StartedAt { get; } = startedAt;

    /// <summary>Since the command was started.</summary>
    internal TimeSpan Wall => Stopwatch.GetElapsedTime(StartedAt);

    /// <summary>The command has read or written a standard stream just now.</summary>
    internal void Touch() => Volatile.Write(ref _active, Stopwatch.GetTimestamp());

    /// <summary>The time-out that is reached, if one is.</summary>
    /// <param name="next">How long it takes at least until one can be; infinite if there is none.</param>
    internal CommandEnd.TimedOut? Check(out TimeSpan next)
    {
        (string Clock, Limit<TimeSpan> Limit, TimeSpan Used, int Speed)[] clocks =
        [
            ("wall", limits.Timeout, Wall, 1),
            ("cpu", limits.CpuTime, limits.CpuTime.IsMax ? TimeSpan.Zero : CpuTime(), Environment.ProcessorCount), // as fast as all cores together
            ("idle", limits.Idle, Stopwatch.GetElapsedTime(Volatile.Read(ref _active)), 1),
        ];
        next = Timeout.InfiniteTimeSpan;
        foreach ((string clock, Limit<TimeSpan> limit, TimeSpan used, int speed) in clocks)
        {
            if (limit.IsMax)
            {
                continue;
            }

            TimeSpan left = (limit.Value - used) / speed;
            if (left <= TimeSpan.Zero)
            {
                return new CommandEnd.TimedOut(clock, limit.Value);
            }

            left = left > s_finest ? left : s_finest;
            next = next == Timeout.InfiniteTimeSpan || left < next ? left : next;
        }

        return null;
    }

    private TimeSpan CpuTime() => CpuUsage.Parse(leaf?.Read("cpu.stat") ?? "").Total;
}
