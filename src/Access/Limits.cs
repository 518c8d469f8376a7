using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>Puts the ceilings of several roles together.</summary>
internal static class Limits
{
    /// <summary>The higher of two limits.</summary>
    internal static Limit<T> Widest<T>(Limit<T> one, Limit<T> other)
        where T : struct, IComparable<T> => one.IsBelow(other) ? other : one;

    /// <summary>The lower of two limits.</summary>
    internal static Limit<T> Narrowest<T>(Limit<T> one, Limit<T> other)
        where T : struct, IComparable<T> => one.IsBelow(other) ? one : other;

    /// <summary>Of each ceiling the higher; the CPUs of both.</summary>
    internal static JailLimits Widest(JailLimits one, JailLimits other) => new()
    {
        Memory = Widest(one.Memory, other.Memory),
        MemoryHigh = Widest(one.MemoryHigh, other.MemoryHigh),
        Swap = Widest(one.Swap, other.Swap),
        Cpus = Widest(one.Cpus, other.Cpus),
        CpuWeight = Math.Max(one.CpuWeight, other.CpuWeight),
        CpuSet = one.CpuSet is null || other.CpuSet is null ? null : one.CpuSet.Union(other.CpuSet),
        IoReadBytes = Widest(one.IoReadBytes, other.IoReadBytes),
        IoWriteBytes = Widest(one.IoWriteBytes, other.IoWriteBytes),
        IoReads = Widest(one.IoReads, other.IoReads),
        IoWrites = Widest(one.IoWrites, other.IoWrites),
        IoWeight = Math.Max(one.IoWeight, other.IoWeight),
        Pids = Widest(one.Pids, other.Pids),
        FileSize = Widest(one.FileSize, other.FileSize),
        OpenFiles = Math.Max(one.OpenFiles, other.OpenFiles),
        Stack = Widest(one.Stack, other.Stack),
        Output = Widest(one.Output, other.Output),
        Timeout = Widest(one.Timeout, other.Timeout),
        CpuTime = Widest(one.CpuTime, other.CpuTime),
        Idle = Widest(one.Idle, other.Idle),
    };

    /// <summary>Of each ceiling the lower; null if they have no CPU in common.</summary>
    internal static JailLimits? Narrowest(JailLimits one, JailLimits other)
    {
        CpuSet? cpus = one.CpuSet is null ? other.CpuSet : other.CpuSet is null ? one.CpuSet : one.CpuSet.Intersect(other.CpuSet);
        return cpus is null && one.CpuSet is not null ? null : new()
        {
            Memory = Narrowest(one.Memory, other.Memory),
            MemoryHigh = Narrowest(one.MemoryHigh, other.MemoryHigh),
            Swap = Narrowest(one.Swap, other.Swap),
            Cpus = Narrowest(one.Cpus, other.Cpus),
            CpuWeight = Math.Min(one.CpuWeight, other.CpuWeight),
            CpuSet = cpus,
            IoReadBytes = Narrowest(one.IoReadBytes, other.IoReadBytes),
            IoWriteBytes = Narrowest(one.IoWriteBytes, other.IoWriteBytes),
            IoReads = Narrowest(one.IoReads, other.IoReads),
            IoWrites = Narrowest(one.IoWrites, other.IoWrites),
            IoWeight = Math.Min(one.IoWeight, other.IoWeight),
            Pids = Narrowest(one.Pids, other.Pids),
            FileSize = Narrowest(one.FileSize, other.FileSize),
            OpenFiles = Math.Min(one.OpenFiles, other.OpenFiles),
            Stack = Narrowest(one.Stack, other.Stack),
            Output = Narrowest(one.Output, other.Output),
            Timeout = Narrowest(one.Timeout, other.Timeout),
            CpuTime = Narrowest(one.CpuTime, other.CpuTime),
            Idle = Narrowest(one.Idle, other.Idle),
        };
    }
}
