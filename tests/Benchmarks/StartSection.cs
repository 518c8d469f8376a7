using System.Diagnostics;

namespace AgentSandbox.Benchmarks;

/// <summary>Whole processes: the daemon from its start until it serves, and sandboxctl with one command.</summary>
internal sealed class StartSection : ISection
{
    /// <summary>The argument with which the bench is the least that a program of this runtime can be.</summary>
    public const string Hello = "--hello";

    private readonly Samples _ready = new("daemon, start to ready", "ms");
    private readonly Samples _memory = new("daemon, idle memory", "kB");
    private readonly Samples _hello = new("a .NET program that prints a line", "ms");
    private readonly Samples _embedded = new("sandboxctl run --embedded true, whole process", "ms");
    private readonly Samples _asked = new("sandboxctl run true, whole process", "ms");

    public string Title => "processes";

    public void Round()
    {
        using BenchDaemon daemon = new(readyJails: 2);
        _ready.Add(daemon.TimeToReady.TotalMilliseconds);
        Thread.Sleep(TimeSpan.FromSeconds(1));
        _memory.Add(daemon.ResidentKilobytes);
        string[] ctl = BenchDaemon.Executable("sandboxctl");
        string[] run = ["--profile", "python", "--allow-degraded", "all", "--no-tty", "--", "/usr/bin/true"];
        Time(_asked, [.. ctl, "run", .. run], ("AGENT_SANDBOX_SOCKET", daemon.Socket)); // the first one has the daemon compile and prepare
        for (int i = 0; i < 5; i++)
        {
            Time(_hello, ["dotnet", Path.Combine(AppContext.BaseDirectory, "AgentSandbox.Benchmarks.dll"), Hello]);
            Time(_asked, [.. ctl, "run", .. run], ("AGENT_SANDBOX_SOCKET", daemon.Socket));
            Time(_embedded, [.. ctl, "run", "--embedded", .. run]);
        }
    }

    public IEnumerable<Row> Rows() => [.. Row.Of(_ready), .. Row.Of(_memory), .. Row.Of(_hello), .. Row.Of(_asked, _hello), .. Row.Of(_embedded, _hello)];

    public void Dispose()
    {
    }

    private static void Time(Samples samples, string[] command, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        long begun = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        samples.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {said}");
        }
    }
}
