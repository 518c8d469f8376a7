using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Kernel;
using AgentSandbox.Tests;
using AgentSandbox.V1;

namespace AgentSandbox.Benchmarks;

/// <summary>A daemon of the bench's own: a process with its directories, sockets and cgroup. The published executable if there is one, else what was built.</summary>
internal sealed class BenchDaemon : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    /// <summary>Starts it, and returns when it serves.</summary>
    /// <param name="readyJails">How many jails it keeps ready for each profile.</param>
    public BenchDaemon(int readyJails)
    {
        Socket = Path.Combine(_folder.Path, "api.sock");
        Configure(readyJails);
        string[] command = Executable("agent-sandboxd");
        ProcessStartInfo start = new(command[0], [.. command[1..], "--config", Path.Combine(_folder.Path, "daemon.json")]) { RedirectStandardError = true };
        start.Environment.Remove("NOTIFY_SOCKET");
        long begun = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        string? line;
        do
        {
            line = _process.StandardError.ReadLine() ?? throw new InvalidOperationException("the daemon ended before it served");
        }
        while (!line.Contains("serving on", StringComparison.Ordinal));
        TimeToReady = Stopwatch.GetElapsedTime(begun);
        new Thread(() => _process.StandardError.ReadToEnd()) { IsBackground = true }.Start();
    }

    /// <summary>Its socket.</summary>
    public string Socket { get; }

    /// <summary>From its start until it served.</summary>
    public TimeSpan TimeToReady { get; }

    /// <summary>Its memory, in kB.</summary>
    public long ResidentKilobytes => ReadKilobytes($"/proc/{_process.Id}/status", "VmRSS");

    /// <summary>What it has now.</summary>
    /// <param name="calls">The times of the calls before.</param>
    public SoakWindow Count(Samples calls)
    {
        string proc = $"/proc/{_process.Id}";
        return new(
            calls.Count, calls.Median, ResidentKilobytes, Directory.GetFileSystemEntries($"{proc}/fd").Length, Directory.GetDirectories($"{proc}/task").Length,
            File.ReadAllLines($"{proc}/mountinfo").Length, CountCgroups(),
            Directory.GetDirectories($"{proc}/task").Sum(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    /// <summary>What starts the published executable <paramref name="name"/>, or the one that was built.</summary>
    public static string[] Executable(string name)
    {
        string published = Path.Combine(Repository.Root, "artifacts/publish", name);
        return File.Exists(published) ? [published] : ["dotnet", Path.Combine(AppContext.BaseDirectory, $"{name}.dll")];
    }

    /// <summary>The figure of a line such as <c>VmRSS: 1234 kB</c>.</summary>
    public static long ReadKilobytes(string file, string key) =>
        long.Parse(File.ReadLines(file).First(line => line.StartsWith($"{key}:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>A connection to it. The caller disposes it.</summary>
    public UnixChannel Connect() => new(Socket);

    /// <summary>What every jail of the bench is.</summary>
    public static JailConfig Config() => new() { Profile = "python", AllowDegraded = { "all" } };

    /// <summary>A command of the bench.</summary>
    public static CommandConfig Command(params string[] argv) => new() { Argv = { argv } };

    /// <summary>Complains of a command that did not end well.</summary>
    public static void Check(CommandEnd? end)
    {
        if (end is not { Reason: EndReason.Exited, ExitCode: 0 })
        {
            throw new InvalidOperationException($"a command ended otherwise than it should: {end?.Text ?? "its end was not told"}");
        }
    }

    public void Dispose()
    {
        using Process term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private int CountCgroups()
    {
        string cgroup = Path.Combine(HostFeatures.Current.Cgroup.MountPoint ?? "", Path.GetFileName(_folder.Path));
        return Directory.Exists(cgroup) ? Directory.GetDirectories(cgroup, "*", SearchOption.AllDirectories).Length : 0;
    }

    private void Configure(int readyJails)
    {
        string at = _folder.Path;
        File.WriteAllText(Path.Combine(at, "policy.json"), """
            {
              "roles": { "admin": { "summary": "all", "permissions": ["*"], "scope": "all", "profiles": ["*"], "binds": "read", "degraded": ["*"] } },
              "principals": [{ "uid": 0, "roles": ["admin"] }]
            }
            """);
        File.WriteAllText(Path.Combine(at, "daemon.json"), $$"""
            {
              "apiSocket": "{{Socket}}", "handoffSocket": "{{at}}/handoff.sock", "socketGroup": "", "runtimeDirectory": "{{at}}/run", "stateDirectory": "{{at}}/state",
              "profiles": "{{Path.Combine(Repository.Root, "native-profiles")}}", "policy": "{{at}}/policy.json", "audit": { "journal": false }, "onStop": "end",
              "cgroup": "{{Path.GetFileName(at)}}", "readyJails": {{readyJails}}
            }
            """);
    }
}
