using System.Collections.Immutable;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Jails.Policy;

/// <summary>What a caller asks of a new jail. What it does not say, the profile decides.</summary>
public sealed record JailRequest
{
    /// <summary>The profile.</summary>
    public required JailProfile Profile { get; init; }

    /// <summary>Memory, or null for the profile's default.</summary>
    public ByteSize? Memory { get; init; }

    /// <summary>Memory above which the jail is slowed down, or null for the profile's default.</summary>
    public ByteSize? MemoryHigh { get; init; }

    /// <summary>Swap, or null for the profile's default.</summary>
    public ByteSize? Swap { get; init; }

    /// <summary>CPUs, or null for the profile's default.</summary>
    public CpuSet? CpuSet { get; init; }

    /// <summary>Share of CPU time, or null for the profile's default.</summary>
    public long? CpuWeight { get; init; }

    /// <summary>Bytes read from a disk per second, or null for the profile's default.</summary>
    public ByteSize? IoReadBytes { get; init; }

    /// <summary>Bytes written to a disk per second, or null for the profile's default.</summary>
    public ByteSize? IoWriteBytes { get; init; }

    /// <summary>Reads from a disk per second, or null for the profile's default.</summary>
    public long? IoReads { get; init; }

    /// <summary>Writes to a disk per second, or null for the profile's default.</summary>
    public long? IoWrites { get; init; }

    /// <summary>Share of disks, or null for the profile's default.</summary>
    public long? IoWeight { get; init; }

    /// <summary>CPU time in cores, or null for the profile's default.</summary>
    public decimal? Cpus { get; init; }

    /// <summary>Processes and threads, or null for the profile's default.</summary>
    public long? Pids { get; init; }

    /// <summary>Size of one file, or null for the profile's default.</summary>
    public ByteSize? FileSize { get; init; }

    /// <summary>Open files of one process, or null for the profile's default.</summary>
    public long? OpenFiles { get; init; }

    /// <summary>Stack of one thread, or null for the profile's default.</summary>
    public ByteSize? Stack { get; init; }

    /// <summary>Output of a command, or null for the profile's default.</summary>
    public ByteSize? Output { get; init; }

    /// <summary>Wall-clock time of a command, or null for the profile's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>CPU time of a command, or null for the profile's default.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Time that a command may be silent, or null for the profile's default.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Host paths to see in the jail.</summary>
    public ImmutableArray<BindRequest> Binds { get; init; } = [];

    /// <summary>The workspace to see that outlives the jail; null: one that goes with it.</summary>
    public string? Workspace { get; init; }

    /// <summary>Variables for every command.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>True: the jail ends when the process that made it ends, however that happens.</summary>
    public bool EndsWithMaker { get; init; }

    /// <summary>The layers that the caller can do without if the host lacks them; <c>all</c> for every one that the profile lets go.</summary>
    public ImmutableArray<string> AllowDegraded { get; init; } = [];
}
