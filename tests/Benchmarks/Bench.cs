using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Tests;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Benchmarks;

/// <summary>What jails cost, beside a plain fork+exec, a plain C program that makes a jail, and bubblewrap: interleaved rounds, so that a change of the machine's speed meets all alike.</summary>
internal sealed class Bench : IDisposable
{
    private const int PerRound = 25;
    private const string Program = "/usr/bin/true";

    private readonly Samples _bare = new("bare fork+exec+wait of true, from C");
    private readonly Samples _cold = new("namespaces, mounts and true, from C");
    private readonly Samples _bubblewrap = new("bwrap --unshare-all, true");
    private readonly Samples _create = new("create a jail");
    private readonly Samples _exec = new("run true in a live jail");
    private readonly Samples _destroy = new("destroy a jail");
    private readonly Samples _cycle = new("create + run + destroy");
    private readonly Samples _take = new("create, from a ready jail");
    private readonly Samples _readyCycle = new("create + run + destroy, ready jail");
    private readonly TemporaryFolder _folder = new();
    private readonly SafeFileHandle _nothing = Files.Open("/dev/null", Libc.O_RDWR);
    private readonly CommandSpec _command = new() { Argv = [Program] };
    private readonly JailEngine _engine;
    private readonly JailEngine _readyEngine;
    private readonly JailRequest _request;
    private readonly string _reference;
    private readonly string _coldReference;
    private readonly DaemonRows _daemon;

    public Bench()
    {
        HostFacts host = HostFacts.From(HostFeatures.Current);
        _engine = EmbeddedEngine.Create(host, HostFeatures.Current, new Reserve(Sites: 3, Jails: 0));
        _request = new JailRequest
        {
            Profile = new ProfileStore(Path.Combine(Repository.Root, "native-profiles")).Load("python"),
            AllowDegraded = ["all"],
        };
        _reference = Compile("reference");
        _coldReference = Compile("cold");
        _readyEngine = EmbeddedEngine.Create(host, HostFeatures.Current, new Reserve(Sites: 1, Jails: 1));
        WarmUp();
        _daemon = new DaemonRows();
    }

    /// <summary>Times everything once more.</summary>
    public void Round()
    {
        Reference(_reference, _bare, Program);
        Reference(_coldReference, _cold, Program);
        for (int i = 0; i < PerRound; i++)
        {
            Cycle(_engine, _create, _exec, _destroy, _cycle);
        }

        for (int i = 0; i < PerRound; i++)
        {
            _readyEngine.Settle(); // one is ready
            Cycle(_readyEngine, _take, null, null, _readyCycle);
        }

        for (int i = 0; i < PerRound; i++)
        {
            _daemon.CycleAsync().GetAwaiter().GetResult();
        }

        if (File.Exists("/usr/bin/bwrap"))
        {
            Reference(_reference, _bubblewrap, "/usr/bin/bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", Program);
        }
    }

    /// <summary>Prints a table: medians, 99th percentiles, and the ratios to what else was timed in the same run.</summary>
    public void Print(TextWriter to)
    {
        to.WriteLine($"{"microseconds",-38} {"median",9} {"p99",9} {"x bare",7} {"x C",7} {"x bwrap",7}");
        foreach (Samples row in new[] { _bare, _create, _exec, _destroy, _cycle, _take, _readyCycle, _cold, _bubblewrap }.Where(s => !s.IsEmpty))
        {
            string bubblewrap = _bubblewrap.IsEmpty ? "" : Ratio(row.Median / _bubblewrap.Median);
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-38} {row.Median,9:f0} {row.P99,9:f0} {Ratio(row.Median / _bare.Median),7} {Ratio(row.Median / _cold.Median),7} {bubblewrap,7}"));
        }

        to.WriteLine($"\n{"microseconds, through a daemon",-38} {"median",9} {"p99",9} {"x bare",7} {"x engine",9} {"above it",9}");
        foreach ((Samples row, Samples? engine) in _daemon.Compare(_exec, _cycle))
        {
            string ratio = engine is null ? "" : Ratio(row.Median / engine.Median);
            string above = engine is null ? "" : (row.Median - engine.Median).ToString("f0", CultureInfo.InvariantCulture);
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-38} {row.Median,9:f0} {row.P99,9:f0} {Ratio(row.Median / _bare.Median),7} {ratio,9} {above,9}"));
        }
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _engine.Dispose();
        _readyEngine.Dispose();
        _nothing.Dispose();
        _folder.Dispose();
    }

    private static string Ratio(double ratio) => ratio.ToString("f2", CultureInfo.InvariantCulture);

    private string Compile(string name)
    {
        string program = Path.Combine(_folder.Path, name);
        using Process gcc = Process.Start("gcc", ["-O2", "-Wall", "-o", program, Path.Combine(Repository.Root, $"tests/Benchmarks/{name}.c")]);
        gcc.WaitForExit();
        return gcc.ExitCode == 0 ? program : throw new InvalidOperationException($"gcc ended with {gcc.ExitCode} at {name}.c");
    }

    // Until the runtime has compiled what is hot, as in a daemon that runs for long.
    private void WarmUp()
    {
        const int WarmUps = 1500;
        for (int i = 0; i < WarmUps; i++)
        {
            Cycle(_engine, null, null, null, null);
        }

        for (int i = 0; i < PerRound; i++)
        {
            Cycle(_readyEngine, null, null, null, null);
        }
    }

    private void Cycle(JailEngine engine, Samples? create, Samples? exec, Samples? destroy, Samples? cycle)
    {
        long start = Stopwatch.GetTimestamp();
        Jail jail = engine.Create(_request, JailCaller.Root);
        double created = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        CommandResult result = jail.Start(_command, new CommandStdio(_nothing, _nothing, _nothing)).Wait();
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

    private static void Reference(string reference, Samples samples, params string[] argv)
    {
        using Process process = Process.Start(new ProcessStartInfo(reference, [PerRound.ToString(CultureInfo.InvariantCulture), .. argv]) { RedirectStandardOutput = true })!;
        foreach (string line in process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            samples.Add(double.Parse(line, CultureInfo.InvariantCulture));
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', argv)} ended with {process.ExitCode}");
        }
    }
}
