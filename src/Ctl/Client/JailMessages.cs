using System.CommandLine;
using AgentSandbox.Ctl.Commands;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentSandbox.Ctl.Client;

/// <summary>What the command line asks for, as the daemon is asked.</summary>
internal static class JailMessages
{
    private const int MillicoresPerCore = 1000;

    /// <summary>A jail.</summary>
    /// <exception cref="UsageException">A value cannot be read.</exception>
    public static JailConfig Config(JailOptions options, ParseResult parsed)
    {
        JailConfig config = new() { Profile = options.Profile(parsed), Limits = Limits(options.Limits, parsed), Workspace = options.Workspace(parsed) ?? "" };
        config.Binds.Add(options.Binds(parsed).Select(bind => new Bind { Source = bind.Source, Target = bind.Target, Writable = bind.Writable }));
        config.Environment.Add(options.Environment(parsed));
        config.AllowDegraded.Add(options.AllowDegraded(parsed));
        return config;
    }

    /// <summary>A command.</summary>
    public static CommandConfig Command(CommandSpec program) => new() { Argv = { program.Argv }, WorkingDirectory = program.WorkingDirectory ?? "" };

    /// <summary>Limits; what the command line does not name is not set.</summary>
    public static Limits Limits(LimitOptions options, ParseResult parsed)
    {
        Limits limits = LimitsOfCommand(options, parsed);
        Set(parsed.GetValue(options.Memory), size => limits.MemoryBytes = size.Bytes);
        Set(parsed.GetValue(options.MemoryHigh), size => limits.MemoryHighBytes = size.Bytes);
        Set(parsed.GetValue(options.Swap), size => limits.SwapBytes = size.Bytes);
        Set(parsed.GetValue(options.Cpus), cores => limits.CpuMillicores = cores < long.MaxValue / MillicoresPerCore ? (long)(cores * MillicoresPerCore) : long.MaxValue);
        Set(parsed.GetValue(options.CpuWeight), weight => limits.CpuWeight = weight);
        Set(parsed.GetValue(options.Pids), count => limits.Pids = count);
        Set(parsed.GetValue(options.IoReadBytes), size => limits.IoReadBytesPerSecond = size.Bytes);
        Set(parsed.GetValue(options.IoWriteBytes), size => limits.IoWriteBytesPerSecond = size.Bytes);
        Set(parsed.GetValue(options.IoReads), count => limits.IoReadsPerSecond = count);
        Set(parsed.GetValue(options.IoWrites), count => limits.IoWritesPerSecond = count);
        Set(parsed.GetValue(options.IoWeight), weight => limits.IoWeight = weight);
        Set(parsed.GetValue(options.FileSize), size => limits.FileSizeBytes = size.Bytes);
        Set(parsed.GetValue(options.OpenFiles), count => limits.OpenFiles = count);
        if (parsed.GetValue(options.CpuSet) is CpuSet cpus)
        {
            limits.CpuSet = cpus.Text;
        }

        return limits;
    }

    /// <summary>The limits that a single command can have.</summary>
    public static Limits LimitsOfCommand(LimitOptions options, ParseResult parsed)
    {
        Limits limits = new()
        {
            CommandTimeout = Span(parsed.GetValue(options.Timeout)),
            CommandCpuTime = Span(parsed.GetValue(options.CpuTime)),
            CommandIdleTimeout = Span(parsed.GetValue(options.Idle)),
        };
        Set(parsed.GetValue(options.Output), size => limits.OutputBytes = size.Bytes);
        return limits;
    }

    /// <summary>A span of time; null if there is none.</summary>
    public static Duration? Span(TimeSpan? span) => span is TimeSpan given ? Duration.FromTimeSpan(given) : null;

    private static void Set<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is T given)
        {
            set(given);
        }
    }
}
