using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary>The options by which <c>run</c> and <c>plan</c> describe a jail.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> _profile = new("--profile", "-p") { Description = "What the jail is: see 'sandboxctl profile list'.", HelpName = "NAME", DefaultValueFactory = _ => "python" };
    private readonly Option<string?> _profiles = new("--profiles") { Description = "The directory of profiles.", HelpName = "DIR" };
    private readonly Option<TimeSpan?> _timeout = Span("--timeout", "Wall-clock time of the command: 500ms, 10s, 2m, 1h.");
    private readonly Option<ByteSize?> _memory = Parsed<ByteSize?>("--memory", "S", "Memory of the jail: 64M, 2G.", t => ByteSize.Parse(t));
    private readonly Option<decimal?> _cpus = Parsed<decimal?>("--cpus", "N", "CPU time in cores: 0.5, 2.", t => decimal.Parse(t, System.Globalization.CultureInfo.InvariantCulture));
    private readonly Option<long?> _pids = Count("--pids", "Processes and threads of the jail.");
    private readonly Option<ByteSize?> _fileSize = Parsed<ByteSize?>("--fsize", "S", "Size of one file that the command writes.", t => ByteSize.Parse(t));
    private readonly Option<long?> _openFiles = Count("--nofile", "Open files of one process.");
    private readonly Option<ByteSize?> _output = Parsed<ByteSize?>("--output-limit", "S", "Output of the command, stdout and stderr together; more ends it.", t => ByteSize.Parse(t));
    private readonly Option<ByteSize?> _memoryHigh = Parsed<ByteSize?>("--memory-high", "S", "Memory above which the jail is slowed down.", t => ByteSize.Parse(t));
    private readonly Option<ByteSize?> _swap = Parsed<ByteSize?>("--swap", "S", "Swap of the jail.", t => ByteSize.Parse(t));
    private readonly Option<long?> _cpuWeight = Count("--cpu-weight", "Share of CPU time where jails compete: 1 to 10000, usual is 100.");
    private readonly Option<CpuSet?> _cpuSet = Parsed<CpuSet?>("--cpuset", "LIST", "CPUs that the jail may use: 0-3,6.", t => CpuSet.TryParse(t, out CpuSet? set) ? set : throw new FormatException($"'{t}' is not a set of CPUs: write 0-3,6"));
    private readonly Option<ByteSize?> _ioReadBytes = Parsed<ByteSize?>("--io-read-bytes", "S", "Bytes read from each disk of a writable bind, per second.", t => ByteSize.Parse(t));
    private readonly Option<ByteSize?> _ioWriteBytes = Parsed<ByteSize?>("--io-write-bytes", "S", "Bytes written to each, per second.", t => ByteSize.Parse(t));
    private readonly Option<long?> _ioReads = Count("--io-reads", "Reads from each, per second.");
    private readonly Option<long?> _ioWrites = Count("--io-writes", "Writes to each, per second.");
    private readonly Option<long?> _ioWeight = Count("--io-weight", "Share of disks where jails compete: 1 to 10000, usual is 100.");
    private readonly Option<TimeSpan?> _cpuTime = Span("--cpu-time", "CPU time of the command with all that it starts.");
    private readonly Option<TimeSpan?> _idle = Span("--idle", "How long the command may neither read nor write its standard streams.");
    private readonly Option<string[]> _environment = Repeated("--env", "K=V", "Sets a variable of the command.", "-e");
    private readonly Option<string[]> _bindReadOnly = Repeated("--bind-ro", "SRC[:DST]", "Shows a host path in the jail, read-only.");
    private readonly Option<string[]> _bind = Repeated("--bind", "SRC[:DST]", "Shows a host path in the jail; what is written there belongs to you (under sudo: to who called it).");
    private readonly Option<string[]> _allowDegraded = Repeated("--allow-degraded", "LAYER", "Goes on if the host lacks LAYER and the profile lets it go; 'all' for every such layer.");
    private readonly Option<string?> _workingDirectory = new("--workdir", "-w") { Description = "The working directory in the jail.", HelpName = "DIR" };
    private readonly Argument<string[]> _argv = new("COMMAND") { Description = "The program and its arguments, after '--'.", Arity = ArgumentArity.OneOrMore };

    /// <summary>Adds the options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _profile, _profiles, _timeout, _cpuTime, _idle, _memory, _memoryHigh, _swap, _cpus, _cpuWeight, _cpuSet, _pids, _ioReadBytes, _ioWriteBytes, _ioReads, _ioWrites, _ioWeight,
            _fileSize, _openFiles, _output, _environment, _bindReadOnly, _bind, _workingDirectory, _allowDegraded,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.Add(_argv);
    }

    /// <summary>The command that the command line names.</summary>
    /// <exception cref="UsageException">An option is unknown, or could be the command's as well as ours.</exception>
    /// <exception cref="PolicyException">A value is refused.</exception>
    public CommandSpec Program(ParseResult parsed)
    {
        CheckWhereTheCommandBegins(parsed);
        CommandSpec program = new() { Argv = [.. parsed.GetValue(_argv)!], WorkingDirectory = parsed.GetValue(_workingDirectory) };
        CommandValidation.Check(program);
        return program;
    }

    /// <summary>The jail that the command line asks for.</summary>
    /// <exception cref="UsageException">A value cannot be read.</exception>
    /// <exception cref="PolicyException">A value is refused.</exception>
    public JailRequest Request(ParseResult parsed) => new()
    {
        Profile = ProfileSource.Open(parsed.GetValue(_profiles)).Load(parsed.GetValue(_profile)!),
        Memory = parsed.GetValue(_memory),
        Cpus = parsed.GetValue(_cpus),
        Pids = parsed.GetValue(_pids),
        FileSize = parsed.GetValue(_fileSize),
        OpenFiles = parsed.GetValue(_openFiles),
        Output = parsed.GetValue(_output),
        Timeout = parsed.GetValue(_timeout),
        CpuTime = parsed.GetValue(_cpuTime),
        Idle = parsed.GetValue(_idle),
        MemoryHigh = parsed.GetValue(_memoryHigh),
        Swap = parsed.GetValue(_swap),
        CpuWeight = parsed.GetValue(_cpuWeight),
        CpuSet = parsed.GetValue(_cpuSet),
        IoReadBytes = parsed.GetValue(_ioReadBytes),
        IoWriteBytes = parsed.GetValue(_ioWriteBytes),
        IoReads = parsed.GetValue(_ioReads),
        IoWrites = parsed.GetValue(_ioWrites),
        IoWeight = parsed.GetValue(_ioWeight),
        Binds =
        [
            .. parsed.GetValue(_bindReadOnly)!.Select(b => Bind(b, writable: false)),
            .. parsed.GetValue(_bind)!.Select(b => Bind(b, writable: true)),
        ],
        Environment = parsed.GetValue(_environment)!.Select(Variable).Aggregate(
            ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal), (all, one) => all.SetItem(one.Name, one.Value)),
        AllowDegraded = [.. parsed.GetValue(_allowDegraded)!],
        EndsWithMaker = true,
    };

    private static (string Name, string Value) Variable(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and int equals
        ? (text[..equals], text[(equals + 1)..])
        : throw new UsageException($"--env: '{text}' is not NAME=VALUE");

    private static BindRequest Bind(string text, bool writable)
    {
        try
        {
            return BindRequest.Parse(text, writable);
        }
        catch (PolicyException malformed)
        {
            throw new UsageException(malformed.Message);
        }
    }

    // What stands before "--" is ours, what stands behind it the command's. Without "--" the first word begins the command, and an option behind it
    // could be meant for either: we do not guess.
    private void CheckWhereTheCommandBegins(ParseResult parsed)
    {
        int dashes = parsed.Tokens.ToList().FindIndex(t => t.Type == TokenType.DoubleDash);
        Token[] before = [.. dashes < 0 ? parsed.Tokens : parsed.Tokens.Take(dashes)];
        Token[] fromFirstWord = [.. before.SkipWhile(t => !ReferenceEquals(t, parsed.GetResult(_argv)!.Tokens[0]))];
        if (fromFirstWord.FirstOrDefault()?.Value is not string first)
        {
            return;
        }

        string? option = fromFirstWord.Select(t => t.Value).FirstOrDefault(v => v.StartsWith('-'));
        string? wrong = first.StartsWith('-') ? $"unknown option '{first}'"
            : dashes >= 0 ? $"unexpected '{first}' before '--'"
            : option is not null ? $"'{option}' could be an option of {first} or of sandboxctl: write '--' before {first}"
            : null;
        if (wrong is not null)
        {
            throw new UsageException(wrong);
        }
    }

    private static Option<string[]> Repeated(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value, DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = false };

    private static Option<TimeSpan?> Span(string name, string description) => Parsed<TimeSpan?>(
        name, "D", description, t => DurationText.TryParse(t, out TimeSpan span) ? span : throw new FormatException($"'{t}' is not a span of time: write 500ms, 10s, 2m, 1h or 3d"));

    private static Option<long?> Count(string name, string description) =>
        Parsed<long?>(name, "N", description, t => long.Parse(t, System.Globalization.CultureInfo.InvariantCulture));

    private static Option<T> Parsed<T>(string name, string value, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result => Parse(name, result, parse),
    };

    private static T? Parse<T>(string name, ArgumentResult result, Func<string, T> parse)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        try
        {
            return parse(text);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            result.AddError($"{name}: {(wrong is FormatException && wrong.Message.StartsWith('\'') ? wrong.Message : $"'{text}' is not a number in range")}");
            return default;
        }
    }
}
