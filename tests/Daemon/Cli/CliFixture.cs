using AgentSandbox.Tests.Daemon.Api;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>A daemon, and the real <c>sandboxctl</c> to ask it with, where every user may run it.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    /// <summary>A user that may make jails and run commands, and no more.</summary>
    public const uint Agent = 61501;

    /// <summary>A user whose work is reviewed before it leaves.</summary>
    public const uint Reviewed = 61503;

    /// <summary>A user that the policy does not know.</summary>
    public const uint Stranger = 61502;

    private const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private DaemonProcess? _daemon;

    internal DaemonProcess Daemon => _daemon!;

    private static string Built { get; } = Path.Combine(
        Repository.Root, "src/Ctl/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name);

    /// <summary>The tool, where every user may run it.</summary>
    internal string Executable => Path.Combine(_folder.Path, "ctl", "sandboxctl");

    public async ValueTask InitializeAsync()
    {
        if (!Requires.Has("root"))
        {
            return;
        }

        CliResult copy = Processes.Run("cp", ["-r", Built, Path.Combine(_folder.Path, "ctl")], [], null, s_patience);
        Assert.Equal(0, copy.ExitCode);
        File.SetUnixFileMode(_folder.Path, Everybody);
        _daemon = await DaemonProcess.StartAsync($$"""
            {
              "roles": {
                "admin": { "summary": "all", "permissions": ["*"], "scope": "all", "profiles": ["*"], "binds": "write", "degraded": ["*"] },
                "agent": {
                  "summary": "own jails", "permissions": ["jail.create", "jail.get", "jail.list", "command.run"], "profiles": ["shell"], "degraded": ["*"],
                  "quotas": { "jails": 1 }
                },
                "reviewed": {
                  "summary": "own work, reviewed", "permissions": ["command.*", "jail.*", "workspace.*", "review.approve"], "profiles": ["shell"], "degraded": ["*"], "review": "always"
                }
              },
              "principals": [{ "uid": 0, "roles": ["admin"] }, { "uid": {{Agent}}, "roles": ["agent"] }, { "uid": {{Reviewed}}, "roles": ["reviewed"] }]
            }
            """);
        File.SetUnixFileMode(Path.GetDirectoryName(_daemon.Socket)!, Everybody);
        File.SetUnixFileMode(_daemon.Socket, (UnixFileMode)0b110_110_110);
    }

    public ValueTask DisposeAsync()
    {
        _daemon?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs <c>sandboxctl</c> as root; its stdin is empty.</summary>
    internal CliResult Run(params string[] arguments) => RunWith([], arguments);

    /// <summary>Runs <c>sandboxctl</c> as root, with a stdin.</summary>
    internal CliResult RunWith(byte[] stdin, params string[] arguments)
    {
        Requires.Feature("root");
        return Processes.Run(Executable, arguments, stdin, Environment(), s_patience);
    }

    /// <summary>Runs <c>sandboxctl</c> as another user.</summary>
    internal CliResult RunAs(uint uid, params string[] arguments)
    {
        Requires.Feature("root");
        return Processes.Run("setpriv", [$"--reuid={uid}", $"--regid={uid}", "--clear-groups", Executable, .. arguments], [], Environment(), s_patience);
    }

    /// <summary>Runs <c>sandboxctl</c>, which must do what it is told.</summary>
    /// <returns>Its stdout, without the last line feed.</returns>
    internal string Do(params string[] arguments)
    {
        CliResult run = Run(arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}: {run}");
        return run.Out.TrimEnd('\n');
    }

    /// <summary>Makes a jail.</summary>
    /// <returns>Its id.</returns>
    internal string Create(params string[] options) => Do(["create", "--profile", "shell", "--allow-degraded", "all", .. options]);

    /// <summary>Runs a driver of tests/Kernel/Cli/data against the daemon.</summary>
    internal CliResult Drive(string script, params string[] arguments)
    {
        Requires.Feature("root");
        Requires.Feature("python3");
        return Processes.Run("/usr/bin/python3", [Path.Combine(Repository.Root, "tests/Kernel/Cli/data", script), Executable, .. arguments], [], Environment(), s_patience);
    }

    /// <summary>Runs a script of a shell that finds <c>sandboxctl</c> in its path, and ends at the first failure.</summary>
    internal CliResult Shell(string script)
    {
        Requires.Feature("root");
        return Processes.Run("bash", ["-euxc", $"PATH={Path.GetDirectoryName(Executable)}:$PATH\n{script}"], [], Environment(), s_patience);
    }

    /// <summary>The variables that it runs with.</summary>
    internal Dictionary<string, string> Environment() => new()
    {
        ["AGENT_SANDBOX_SOCKET"] = Daemon.Socket, ["SANDBOX_TESTS_RUN"] = "run", ["HOME"] = "/nonexistent", ["DOTNET_EnableDiagnostics"] = "0",
    };
}
