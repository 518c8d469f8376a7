using System.Collections.Immutable;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentSandbox.Daemon.Api;

/// <summary>What callers ask, in the engine's terms. Nothing is decided here but whether it can be read.</summary>
internal static class Requests
{
    private const int MaxArguments = 65536;
    private static readonly TimeSpan s_shortestLife = TimeSpan.FromSeconds(1);

    /// <summary>A new jail.</summary>
    /// <exception cref="PolicyException">A value cannot be what it stands for.</exception>
    public static JailRequest Jail(JailConfig? config, Settings settings)
    {
        config = config ?? throw new PolicyException("config", "is missing");
        Limits limits = config.Limits ?? new Limits();
        return new JailRequest
        {
            Profile = settings.Profile(config.Profile),
            Memory = Size(limits.HasMemoryBytes, limits.MemoryBytes),
            MemoryHigh = Size(limits.HasMemoryHighBytes, limits.MemoryHighBytes),
            Swap = Size(limits.HasSwapBytes, limits.SwapBytes),
            Cpus = limits.HasCpuMillicores ? limits.CpuMillicores / 1000m : null,
            CpuWeight = limits.HasCpuWeight ? limits.CpuWeight : null,
            CpuSet = limits.HasCpuSet ? CpuSetOf(limits.CpuSet) : null,
            Pids = limits.HasPids ? limits.Pids : null,
            IoReadBytes = Size(limits.HasIoReadBytesPerSecond, limits.IoReadBytesPerSecond),
            IoWriteBytes = Size(limits.HasIoWriteBytesPerSecond, limits.IoWriteBytesPerSecond),
            IoReads = limits.HasIoReadsPerSecond ? limits.IoReadsPerSecond : null,
            IoWrites = limits.HasIoWritesPerSecond ? limits.IoWritesPerSecond : null,
            IoWeight = limits.HasIoWeight ? limits.IoWeight : null,
            FileSize = Size(limits.HasFileSizeBytes, limits.FileSizeBytes),
            OpenFiles = limits.HasOpenFiles ? limits.OpenFiles : null,
            Output = Size(limits.HasOutputBytes, limits.OutputBytes),
            Timeout = Span("--timeout", limits.CommandTimeout),
            CpuTime = Span("--cpu-time", limits.CommandCpuTime),
            Idle = Span("--idle", limits.CommandIdleTimeout),
            Binds = [.. config.Binds.Select(bind => new BindRequest(bind.Source, bind.Target.Length == 0 ? bind.Source : bind.Target, bind.Writable))],
            Workspace = config.Workspace.Length == 0 ? null : config.Workspace,
            Environment = Variables(config.Environment),
            AllowDegraded = [.. config.AllowDegraded],
        };
    }

    /// <summary>A command.</summary>
    /// <exception cref="PolicyException">It is missing, or a limit is set that a single command cannot have.</exception>
    public static CommandSpec Command(CommandConfig? config)
    {
        config = config ?? throw new PolicyException("command", "is missing");
        return new CommandSpec
        {
            Argv = config.Argv.Count <= MaxArguments ? [.. config.Argv] : throw new PolicyException("command.argv", $"has more than {MaxArguments} arguments"),
            Environment = Variables(config.Environment),
            WorkingDirectory = config.WorkingDirectory.Length == 0 ? null : config.WorkingDirectory,
            Limits = CommandLimits(config.Limits),
        };
    }

    /// <summary>The size of a terminal.</summary>
    /// <exception cref="PolicyException">A side is none, or more than 65,535.</exception>
    public static (ushort Rows, ushort Columns)? Terminal(WindowSize? size) => size is null ? null
        : size.Rows is > 0 and <= ushort.MaxValue && size.Columns is > 0 and <= ushort.MaxValue ? ((ushort)size.Rows, (ushort)size.Columns)
        : throw new PolicyException("terminal", $"{size.Rows} rows and {size.Columns} columns are no terminal: each is 1 to 65535");

    /// <summary>How long something may last; null: for ever.</summary>
    /// <exception cref="PolicyException">It is shorter than a second, or no span of time.</exception>
    public static Limit<TimeSpan> Lifetime(string field, Duration? duration) => Span(field, duration) is not TimeSpan span ? Limit<TimeSpan>.Max
        : span >= s_shortestLife ? span
        : throw new PolicyException(field, "is 1 s or more");

    /// <summary>A span of time; null if it is not set.</summary>
    /// <exception cref="PolicyException">It is none.</exception>
    public static TimeSpan? Span(string field, Duration? duration)
    {
        const long MostSeconds = 315_576_000_000;
        const int NanosecondsPerSecond = 1_000_000_000;
        return duration is null ? null
            : Math.Abs((decimal)duration.Seconds) <= MostSeconds && Math.Abs((long)duration.Nanos) < NanosecondsPerSecond && duration.Seconds * (decimal)duration.Nanos >= 0
                ? TimeSpan.FromTicks((duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / TimeSpan.NanosecondsPerTick))
                : throw new PolicyException(field, "is no span of time");
    }

    /// <summary>A point in time; null if it is not set.</summary>
    /// <exception cref="PolicyException">It is none.</exception>
    public static DateTimeOffset? Time(string field, Timestamp? time)
    {
        const int NanosecondsPerSecond = 1_000_000_000;
        return time is null ? null
            : time.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && time.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() && time.Nanos is >= 0 and < NanosecondsPerSecond
                ? time.ToDateTimeOffset()
                : throw new PolicyException(field, "is no time between the years 1 and 9999");
    }

    private static CommandLimits CommandLimits(Limits? limits)
    {
        if (limits is null)
        {
            return new CommandLimits();
        }

        Limits rest = limits.Clone();
        rest.CommandTimeout = rest.CommandCpuTime = rest.CommandIdleTimeout = null;
        rest.ClearOutputBytes();
        return !rest.Equals(new Limits())
            ? throw new PolicyException("command.limits", "a single command has limits of time and output only: command_timeout, command_cpu_time, command_idle_timeout, output_bytes; the rest is the jail's")
            : new CommandLimits(
                Positive("command_timeout", limits.CommandTimeout),
                Positive("command_cpu_time", limits.CommandCpuTime),
                Positive("command_idle_timeout", limits.CommandIdleTimeout),
                limits.HasOutputBytes && limits.OutputBytes < 0 ? throw new PolicyException("command.limits.output_bytes", "is 0 or more") : Size(limits.HasOutputBytes, limits.OutputBytes));
    }

    private static TimeSpan? Positive(string field, Duration? duration) => Span($"command.limits.{field}", duration) is not TimeSpan span ? null
        : span >= TimeSpan.FromMilliseconds(10) ? span
        : throw new PolicyException($"command.limits.{field}", "is 10 ms or more");

    private static ByteSize? Size(bool isSet, long bytes) => isSet ? new ByteSize(bytes) : null;

    private static CpuSet? CpuSetOf(string text) => CpuSet.TryParse(text, out CpuSet? set) ? set : throw new PolicyException("--cpuset", $"'{text}' is not a set of CPUs: write 0-3,6");

    private static ImmutableSortedDictionary<string, string> Variables(IDictionary<string, string> variables) =>
        variables.ToImmutableSortedDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
}
