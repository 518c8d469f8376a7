using System.Diagnostics;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Tests;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Benchmarks;

/// <summary>What jails cost in the engine, beside a plain fork+exec, a plain C program that makes a jail, and other people's sandboxes.</summary>
internal sealed class SpawnSection : ISection
{
    private const int PerRound = 25;
    private const string Program = "/usr/bin/true";
    private static readonly string s_perRound = PerRound.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private readonly Samples _cold = new("namespaces, mounts and true, from C");
    private readonly Samples _create = new("create a jail");
    private readonly Samples _destroy = new("destroy a jail");
    private readonly Samples _take = new("create, from a ready jail");
    private readonly Samples _readyCycle = new("create + run + destroy, ready jail");
    private readonly SafeFileHandle _nothing = Files.Open("/dev/null", Libc.O_RDWR);
    private readonly CommandSpec _command = new() { Argv = [Program] };
    private readonly CommandSpec _only = new() { Argv = [Program], IsLast = true };
    private readonly JailEngine _engine;
    private readonly JailEngine _readyEngine;
    private readonly JailRequest _request;
    private readonly Reference _reference = new();
    private readonly Jail _live;
    private readonly string _fork;
    private readonly string _namespaces;
    private readonly OtherSandboxes _others;

    public SpawnSection()
    {
        HostFacts host = HostFacts.From(HostFeatures.Current);
        _engine = EmbeddedEngine.Create(host, HostFeatures.Current, new Reserve(Sites: 3, Jails: 0, Commands: 1));
        _request = new JailRequest
        {
            Profile = new ProfileStore(Path.Combine(Repository.Root, "native-profiles")).Load("python"),
            AllowDegraded = ["all"],
        };
        _live = _engine.Create(_request, JailCaller.Root);
        _fork = _reference.Compile("reference");
        _namespaces = _reference.Compile("cold");
        _others = new OtherSandboxes(_fork);
        _readyEngine = EmbeddedEngine.Create(host, HostFeatures.Current, new Reserve(Sites: 1, Jails: 1));
        WarmUp();
    }

    /// <summary>A plain fork, execve and wait.</summary>
    public Samples Bare { get; } = new("bare fork+exec+wait of true, from C");

    /// <summary>A command in a live jail.</summary>
    public Samples Exec { get; } = new("run true in a live jail");

    /// <summary>A command in a live jail that ran one before.</summary>
    public Samples Next { get; } = new("run true in a live jail, the next command");

    /// <summary>A jail with one command.</summary>
    public Samples Cycle { get; } = new("create + run + destroy");

    public string Title => "in the engine";

    public void Round()
    {
        Reference.Run(Bare, _fork, s_perRound, Program);
        Reference.Run(_cold, _namespaces, s_perRound, Program);
        for (int i = 0; i < PerRound; i++)
        {
            Time(_engine, _create, Exec, _destroy, Cycle);
        }

        for (int i = 0; i < PerRound; i++)
        {
            _engine.Settle(); // a process waits
            Next.Add(RunInLiveJail());
        }

        for (int i = 0; i < PerRound; i++)
        {
            _readyEngine.Settle(); // one is ready
            Time(_readyEngine, _take, null, null, _readyCycle);
        }

        _others.Round();
    }

    public IEnumerable<Row> Rows() =>
    [
        .. Row.Of(Bare),
        .. Row.Of(_create, Bare),
        .. Row.Of(Exec, Bare),
        .. Row.Of(Next, Bare),
        .. Row.Of(_destroy, Bare),
        .. Row.Of(Cycle, [Bare, _cold, .. _others.All]),
        .. Row.Of(_take, Bare),
        .. Row.Of(_readyCycle, [Bare, _cold, .. _others.All]),
        .. Row.Of(_cold, Bare),
        .. _others.All.SelectMany(other => Row.Of(other, Bare)),
    ];

    /// <summary>Runs <c>true</c> in a jail that lives on.</summary>
    /// <returns>How long it took, in microseconds.</returns>
    public double RunInLiveJail()
    {
        long start = Stopwatch.GetTimestamp();
        _live.Start(_command, new CommandStdio(_nothing, _nothing, _nothing)).Wait();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    public void Dispose()
    {
        _live.Dispose();
        _engine.Dispose();
        _readyEngine.Dispose();
        _nothing.Dispose();
        _reference.Dispose();
    }

    // Until the runtime has compiled what is hot, as in a daemon that runs for long.
    private void WarmUp()
    {
        const int WarmUps = 1500;
        for (int i = 0; i < WarmUps; i++)
        {
            Time(_engine, null, null, null, null);
        }

        for (int i = 0; i < PerRound; i++)
        {
            Time(_readyEngine, null, null, null, null);
        }

        for (int i = 0; i < WarmUps; i++)
        {
            _engine.Settle();
            RunInLiveJail();
        }
    }

    private void Time(JailEngine engine, Samples? create, Samples? exec, Samples? destroy, Samples? cycle)
    {
        long start = Stopwatch.GetTimestamp();
        Jail jail = engine.Create(_request, JailCaller.Root);
        double created = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        CommandResult result = jail.Start(_only, new CommandStdio(_nothing, _nothing, _nothing)).Wait();
        double ran = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        jail.Dispose();
        double destroyed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        if (result.End is not CommandEnd.Exited { Code: 0 })
        {
            throw new InvalidOperationException($"true {result.End}");
        }

        create?.Add(created);
        exec?.Add(ran - created);
        destroy?.Add(destroyed - ran);
        cycle?.Add(destroyed);
    }
}
