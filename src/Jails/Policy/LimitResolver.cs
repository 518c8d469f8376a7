using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Policy;

/// <summary>Request and profile give the limits: the request's where it says, the profile's otherwise, never above its ceilings.</summary>
internal static class LimitResolver
{
    private const long MinPids = 2;
    private const long MaxPids = 4_194_304;
    private const long MinOpenFiles = 16;
    private const decimal MinCpus = 0.01m;
    private const decimal MaxCpus = 1024;
    private static readonly ByteSize s_minMemory = new(1024 * 1024);
    private static readonly ByteSize s_minStack = new(64 * 1024);
    private static readonly TimeSpan s_minTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_maxTimeout = TimeSpan.FromDays(30);

    /// <summary>The limits of a jail.</summary>
    /// <exception cref="PolicyException">A limit is out of its range, or above the profile's ceiling.</exception>
    internal static JailLimits Resolve(JailRequest request, HostFacts host)
    {
        CheckHost("--nofile", request.OpenFiles, host, Libc.RLIMIT_NOFILE);
        CheckHost("--fsize", request.FileSize?.Bytes, host, Libc.RLIMIT_FSIZE);
        (JailLimits defaults, JailLimits ceilings) = request.Profile.Limits;
        return defaults with
        {
            Memory = Pick("--memory", request.Memory, defaults.Memory, ceilings.Memory, s_minMemory, new ByteSize(long.MaxValue)),
            Cpus = Pick("--cpus", request.Cpus, defaults.Cpus, ceilings.Cpus, MinCpus, MaxCpus),
            MemoryHigh = Pick("--memory-high", request.MemoryHigh, defaults.MemoryHigh, ceilings.MemoryHigh, s_minMemory, new ByteSize(long.MaxValue)),
            Swap = Pick("--swap", request.Swap, defaults.Swap, ceilings.Swap, default, new ByteSize(long.MaxValue)),
            CpuWeight = Pick("--cpu-weight", request.CpuWeight, defaults.CpuWeight, ceilings.CpuWeight, 1, JailLimits.MaxWeight).Value,
            CpuSet = PickCpus(request.CpuSet, defaults.CpuSet, ceilings.CpuSet),
            IoReadBytes = Pick("--io-read-bytes", request.IoReadBytes, defaults.IoReadBytes, ceilings.IoReadBytes, new ByteSize(1), new ByteSize(long.MaxValue)),
            IoWriteBytes = Pick("--io-write-bytes", request.IoWriteBytes, defaults.IoWriteBytes, ceilings.IoWriteBytes, new ByteSize(1), new ByteSize(long.MaxValue)),
            IoReads = Pick("--io-reads", request.IoReads, defaults.IoReads, ceilings.IoReads, 1, long.MaxValue),
            IoWrites = Pick("--io-writes", request.IoWrites, defaults.IoWrites, ceilings.IoWrites, 1, long.MaxValue),
            IoWeight = Pick("--io-weight", request.IoWeight, defaults.IoWeight, ceilings.IoWeight, 1, JailLimits.MaxWeight).Value,
            Pids = Pick("--pids", request.Pids, defaults.Pids, ceilings.Pids, MinPids, MaxPids),
            FileSize = Pick("--fsize", request.FileSize, defaults.FileSize, ceilings.FileSize, default, new ByteSize(long.MaxValue)),
            OpenFiles = Pick("--nofile", request.OpenFiles, defaults.OpenFiles, ceilings.OpenFiles, MinOpenFiles, JailLimits.MaxOpenFiles).Value,
            Stack = Pick("limits.stack", request.Stack, defaults.Stack, ceilings.Stack, s_minStack, new ByteSize(long.MaxValue)),
            Output = Pick("--output-limit", request.Output, defaults.Output, ceilings.Output, default, new ByteSize(long.MaxValue)),
            Timeout = Pick("--timeout", request.Timeout, defaults.Timeout, ceilings.Timeout, s_minTimeout, s_maxTimeout),
            CpuTime = Pick("--cpu-time", request.CpuTime, defaults.CpuTime, ceilings.CpuTime, s_minTimeout, s_maxTimeout),
            Idle = Pick("--idle", request.Idle, defaults.Idle, ceilings.Idle, s_minTimeout, s_maxTimeout),
        };
    }

    private static Limit<T> Pick<T>(string field, T? asked, Limit<T> usual, Limit<T> ceiling, T min, T max)
        where T : struct, IComparable<T>
    {
        if (asked is not T value)
        {
            return usual;
        }

        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            string range = max is ByteSize { Bytes: long.MaxValue } ? $"it is {Text(min)} or more" : $"it is {Text(min)} to {Text(max)}";
            throw new PolicyException(field, $"{Text(value)} is out of range: {range}");
        }

        return ceiling.IsBelow(value) ? throw new PolicyException(field, $"{Text(value)} is above the profile's ceiling of {Text(ceiling.Value)}") : value;
    }

    private static CpuSet? PickCpus(CpuSet? asked, CpuSet? usual, CpuSet? ceiling) => asked is null ? usual
        : ceiling is null || ceiling.Contains(asked) ? asked
        : throw new PolicyException("--cpuset", $"{asked} is not within the profile's ceiling, CPUs {ceiling}");

    // What the profile wants is lowered to what the host has; what the caller asks for by name is given or refused.
    private static void CheckHost(string field, long? asked, HostFacts host, int resource)
    {
        if (asked is > 0 and long value && host.HardLimits.TryGetValue(resource, out ulong most) && (ulong)value > most)
        {
            throw new PolicyException(field, $"{value} is above the limit of the process that makes the jail: {most} (its own can be raised by prlimit, or in its systemd unit)");
        }
    }

    private static string? Text<T>(T value) => value is TimeSpan span ? DurationText.Format(span) : value?.ToString();
}
