namespace AgentSandbox.Jails.Policy;

/// <summary>What a jail and each of its commands may use.</summary>
public sealed record JailLimits
{
    /// <summary>The weight that a cgroup has of itself.</summary>
    public const long DefaultWeight = 100;

    /// <summary>The largest weight of a cgroup.</summary>
    public const long MaxWeight = 10_000;

    /// <summary>The largest number of open files: what the kernel's <c>fs.nr_open</c> is of itself.</summary>
    public const long MaxOpenFiles = 1_048_576;

    /// <summary>True if something of <c>io.max</c> is limited.</summary>
    public bool LimitsIo => !(IoReadBytes.IsMax && IoWriteBytes.IsMax && IoReads.IsMax && IoWrites.IsMax);

    /// <summary>Memory of the whole jail, page cache and tmpfs included (<c>memory.max</c>). 1 MiB or more.</summary>
    public required Limit<ByteSize> Memory { get; init; }

    /// <summary>Memory above which the jail is slowed down and its pages are reclaimed, without a kill (<c>memory.high</c>).</summary>
    public Limit<ByteSize> MemoryHigh { get; init; }

    /// <summary>Swap of the whole jail (<c>memory.swap.max</c>); 0 is none.</summary>
    public required Limit<ByteSize> Swap { get; init; }

    /// <summary>CPU time per time, in cores: 0.01 to 1024 (<c>cpu.max</c>).</summary>
    public required Limit<decimal> Cpus { get; init; }

    /// <summary>The jail's share of CPU time where jails compete: 1 to 10,000; what a cgroup has of itself is 100 (<c>cpu.weight</c>).</summary>
    public long CpuWeight { get; init; } = DefaultWeight;

    /// <summary>The CPUs that the jail may use (<c>cpuset.cpus</c>); null: all.</summary>
    public CpuSet? CpuSet { get; init; }

    /// <summary>Bytes per second read from each disk that holds the jail's writable binds or its workspace (<c>io.max</c>, rbps). 1 or more; so the next three.</summary>
    public Limit<ByteSize> IoReadBytes { get; init; }

    /// <summary>Bytes per second written to each (wbps).</summary>
    public Limit<ByteSize> IoWriteBytes { get; init; }

    /// <summary>Read operations per second (riops).</summary>
    public Limit<long> IoReads { get; init; }

    /// <summary>Write operations per second (wiops).</summary>
    public Limit<long> IoWrites { get; init; }

    /// <summary>The jail's share of disks where jails compete: 1 to 10,000, of itself 100 (<c>io.weight</c>).</summary>
    public long IoWeight { get; init; } = DefaultWeight;

    /// <summary>Processes and threads of the whole jail, its PID 1 included: 2 to 4,194,304 (<c>pids.max</c>, and RLIMIT_NPROC).</summary>
    public required Limit<long> Pids { get; init; }

    /// <summary>Size of one file that a command may write (RLIMIT_FSIZE).</summary>
    public required Limit<ByteSize> FileSize { get; init; }

    /// <summary>Open files of one process: 16 to 1,048,576 (RLIMIT_NOFILE).</summary>
    public required long OpenFiles { get; init; }

    /// <summary>Stack of one thread (RLIMIT_STACK). 64 KiB or more.</summary>
    public required Limit<ByteSize> Stack { get; init; }

    /// <summary>What a command may write to stdout and stderr together before it is ended.</summary>
    public required Limit<ByteSize> Output { get; init; }

    /// <summary>Wall-clock time of one command. 10 ms to 30 days.</summary>
    public required Limit<TimeSpan> Timeout { get; init; }

    /// <summary>CPU time of one command with all that it started, summed over cores. 10 ms to 30 days.</summary>
    public Limit<TimeSpan> CpuTime { get; init; }

    /// <summary>How long a command may neither read nor write its standard streams. 10 ms to 30 days.</summary>
    public Limit<TimeSpan> Idle { get; init; }
}
