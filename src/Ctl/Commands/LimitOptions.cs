using System.CommandLine;
using System.Globalization;
using AgentSandbox.Jails.Policy;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary>The options by which a jail's limits are named.</summary>
internal sealed class LimitOptions
{
    public Option<TimeSpan?> Timeout { get; } = OptionParsers.Span("--timeout", "Wall-clock time of the command: 500ms, 10s, 2m, 1h.");

    public Option<TimeSpan?> CpuTime { get; } = OptionParsers.Span("--cpu-time", "CPU time of the command with all that it starts.");

    public Option<TimeSpan?> Idle { get; } = OptionParsers.Span("--idle", "How long the command may neither read nor write its standard streams.");

    public Option<ByteSize?> Memory { get; } = OptionParsers.Size("--memory", "Memory of the jail: 64M, 2G.");

    public Option<ByteSize?> MemoryHigh { get; } = OptionParsers.Size("--memory-high", "Memory above which the jail is slowed down.");

    public Option<ByteSize?> Swap { get; } = OptionParsers.Size("--swap", "Swap of the jail.");

    public Option<decimal?> Cpus { get; } = OptionParsers.Parsed<decimal?>("--cpus", "N", "CPU time in cores: 0.5, 2.", t => decimal.Parse(t, CultureInfo.InvariantCulture));

    public Option<long?> CpuWeight { get; } = OptionParsers.Count("--cpu-weight", "Share of CPU time where jails compete: 1 to 10000, usual is 100.");

    public Option<CpuSet?> CpuSet { get; } = OptionParsers.Parsed<CpuSet?>(
        "--cpuset", "LIST", "CPUs that the jail may use: 0-3,6.", t => Jails.Policy.CpuSet.TryParse(t, out CpuSet? set) ? set : throw new FormatException($"'{t}' is not a set of CPUs: write 0-3,6"));

    public Option<long?> Pids { get; } = OptionParsers.Count("--pids", "Processes and threads of the jail.");

    public Option<ByteSize?> IoReadBytes { get; } = OptionParsers.Size("--io-read-bytes", "Bytes read from each disk of a writable bind or of the workspace, per second.");

    public Option<ByteSize?> IoWriteBytes { get; } = OptionParsers.Size("--io-write-bytes", "Bytes written to each, per second.");

    public Option<long?> IoReads { get; } = OptionParsers.Count("--io-reads", "Reads from each, per second.");

    public Option<long?> IoWrites { get; } = OptionParsers.Count("--io-writes", "Writes to each, per second.");

    public Option<long?> IoWeight { get; } = OptionParsers.Count("--io-weight", "Share of disks where jails compete: 1 to 10000, usual is 100.");

    public Option<ByteSize?> FileSize { get; } = OptionParsers.Size("--fsize", "Size of one file that the command writes.");

    public Option<long?> OpenFiles { get; } = OptionParsers.Count("--nofile", "Open files of one process.");

    public Option<ByteSize?> Output { get; } = OptionParsers.Size("--output-limit", "Output of the command, stdout and stderr together; more ends it.");

    /// <summary>Those that a single command of a jail can have.</summary>
    public Option[] OfCommand => [Timeout, CpuTime, Idle, Output];

    /// <summary>All of them.</summary>
    public Option[] All =>
    [
        Timeout, CpuTime, Idle, Memory, MemoryHigh, Swap, Cpus, CpuWeight, CpuSet, Pids, IoReadBytes, IoWriteBytes, IoReads, IoWrites, IoWeight, FileSize, OpenFiles, Output,
    ];

    /// <summary>Adds <paramref name="options"/> to <paramref name="command"/>.</summary>
    public static void Add(Command command, Option[] options) => Array.ForEach(options, command.Add);

    /// <summary><paramref name="request"/> with the limits that the command line names.</summary>
    public JailRequest Apply(JailRequest request, ParseResult parsed) => request with
    {
        Memory = parsed.GetValue(Memory),
        Cpus = parsed.GetValue(Cpus),
        Pids = parsed.GetValue(Pids),
        FileSize = parsed.GetValue(FileSize),
        OpenFiles = parsed.GetValue(OpenFiles),
        Output = parsed.GetValue(Output),
        Timeout = parsed.GetValue(Timeout),
        CpuTime = parsed.GetValue(CpuTime),
        Idle = parsed.GetValue(Idle),
        MemoryHigh = parsed.GetValue(MemoryHigh),
        Swap = parsed.GetValue(Swap),
        CpuWeight = parsed.GetValue(CpuWeight),
        CpuSet = parsed.GetValue(CpuSet),
        IoReadBytes = parsed.GetValue(IoReadBytes),
        IoWriteBytes = parsed.GetValue(IoWriteBytes),
        IoReads = parsed.GetValue(IoReads),
        IoWrites = parsed.GetValue(IoWrites),
        IoWeight = parsed.GetValue(IoWeight),
    };
}
