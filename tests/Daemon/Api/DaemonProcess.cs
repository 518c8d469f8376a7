using System.Diagnostics;
using System.Runtime.InteropServices;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>The daemon as a process of its own, with directories and a policy of a test's own.</summary>
internal sealed class DaemonProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _log = new();
    private Process? _process;
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>(); // of its first run

    private DaemonProcess(string policy, string socketGroup)
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        Write("policy.json", policy);
        Write("daemon.json", $$"""
            {
              "apiSocket": "{{Socket}}", "handoffSocket": "{{_folder.Path}}/handoff.sock", "socketGroup": "{{socketGroup}}", "runtimeDirectory": "{{_folder.Path}}/run",
              "stateDirectory": "{{_folder.Path}}/state", "profiles": "{{Path.Combine(Repository.Root, "native-profiles")}}", "policy": "{{_folder.Path}}/policy.json",
              "audit": { "journal": false }, "onStop": "end", "cgroup": "{{Path.GetFileName(_folder.Path)}}"
            }
            """);
    }

    /// <summary>The policy that lets root do everything, and give up what this host lacks.</summary>
    public static string RootPolicy { get; } = """
        {
          "roles": { "admin": { "summary": "all", "permissions": ["*"], "scope": "all", "profiles": ["*"], "binds": "write", "degraded": ["*"] } },
          "principals": [{ "uid": 0, "roles": ["admin"] }]
        }
        """;

    /// <summary>The API's socket.</summary>
    public string Socket => Path.Combine(_folder.Path, "api.sock");

    /// <summary>The audit trail.</summary>
    public string AuditFile => Path.Combine(_folder.Path, "state", "audit.jsonl");

    /// <summary>Where it keeps workspaces.</summary>
    public string KeptWorkspaces => Path.Combine(_folder.Path, "state", "workspaces");

    /// <summary>Where it keeps what the next one needs to take hold of its jails.</summary>
    public string KeptJails => Path.Combine(_folder.Path, "run", "jails");

    /// <summary>The daemon's pid.</summary>
    public int Pid => _process!.Id;

    /// <summary>What it makes for itself in the hierarchy; null without cgroups.</summary>
    public string? Cgroup => AgentSandbox.Kernel.HostFeatures.Current.Cgroup.MountPoint is string mount ? Path.Combine(mount, Path.GetFileName(_folder.Path)) : null;

    /// <summary>The most memory of its own that it had resident at once, in bytes: without the pages of files, which are the runtime's and all its programs have in common.</summary>
    /// <remarks>Source: proc_pid_status(5), "VmHWM" and "RssFile".</remarks>
    public long PeakMemoryBytes => Memory("VmHWM") - Memory("RssFile");

    /// <summary>What it logged until now.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a daemon, and waits until it serves.</summary>
    /// <param name="policy">Its policy; null: root's.</param>
    /// <param name="socketGroup">The group that may connect; empty: root alone.</param>
    /// <param name="environment">Variables of its first run, by its runtime directory; null: none.</param>
    public static async Task<DaemonProcess> StartAsync(string? policy = null, string socketGroup = "", Func<string, IReadOnlyDictionary<string, string>>? environment = null)
    {
        Requires.Feature("root");
        DaemonProcess daemon = new(policy ?? RootPolicy, socketGroup);
        daemon._environment = environment?.Invoke(Path.Combine(daemon._folder.Path, "run")) ?? daemon._environment;
        try
        {
            await daemon.StartProcessAsync();
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    /// <summary>A channel to it. The caller disposes it.</summary>
    public UnixChannel NewChannel() => new(Socket);

    /// <summary>A jail's configuration, with what this host lacks given up.</summary>
    public static JailConfig Config(string profile) => new() { Profile = profile, AllowDegraded = { "all" } };

    /// <summary>Has another policy in its file; the daemon reads it when it is told to.</summary>
    public void WritePolicy(string policy) => Write("policy.json", policy);

    /// <summary>Ends the daemon at once, as <c>kill -9</c> does, and starts it again.</summary>
    public async Task RestartAsync()
    {
        _process!.Kill();
        _process.WaitForExit();
        _environment = new Dictionary<string, string>();
        await StartProcessAsync();
    }

    /// <summary>Sends a signal to it.</summary>
    public void Signal(PosixSignal signal)
    {
        using Process kill = Process.Start("kill", [$"-{(signal == PosixSignal.SIGHUP ? "HUP" : "TERM")}", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public int WaitForExit()
    {
        Assert.True(_process!.WaitForExit(s_patience), Log);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Signal(PosixSignal.SIGTERM);
            if (!_process.WaitForExit(s_patience))
            {
                _process.Kill();
            }
        }

        _process?.Dispose();
        RemoveCgroup();
        _folder.Dispose();
    }

    // What the daemon made for itself in the hierarchy; empty, now that it and its jails are gone.
    private void RemoveCgroup()
    {
        string? own = Cgroup;
        if (own is null || !Directory.Exists(own))
        {
            return;
        }

        foreach (string jail in Directory.GetDirectories(Path.Combine(own, "jails")))
        {
            File.WriteAllText(Path.Combine(jail, "cgroup.kill"), "1"); // a test that failed may have left one
        }

        foreach (string directory in Directory.GetDirectories(own, "*", SearchOption.AllDirectories).OrderByDescending(d => d.Length).Append(own))
        {
            Directory.Delete(directory);
        }
    }

    private long Memory(string key) => 1024 * long.Parse(
        File.ReadLines($"/proc/{Pid}/status").First(line => line.StartsWith($"{key}:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder.Path, name), content);

    private async Task StartProcessAsync()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "agent-sandboxd.dll"), "--config", Path.Combine(_folder.Path, "daemon.json")])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("NOTIFY_SOCKET");
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.WriteLine(line.Data);
            }

            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException($"the daemon ended before it served: {Log}")); // no effect on one that served
            }
            else if (line.Data.Contains("serving on", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(s_patience);
    }
}
