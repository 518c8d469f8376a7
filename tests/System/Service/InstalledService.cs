using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>The service of the installed package, as the machine's systemd runs it.</summary>
internal static class InstalledService
{
    public const string Name = "agent-sandboxd.service";
    public const string SocketName = "agent-sandboxd.socket";
    public const string Socket = "/run/agent-sandboxd/api.sock";
    public const string Policy = "/etc/agent-sandboxd/policy.json";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Skips the test where the package is not installed by the rig.</summary>
    public static void Require()
    {
        Requires.Feature("systemd");
        Requires.Feature("package");
    }

    /// <summary>Skips the test where jails end with the daemon: systemd before 254, as the package's generator says.</summary>
    public static void RequireThatJailsAreKept()
    {
        Require();
        Requires.Feature("systemd-254");
    }

    /// <summary>A property of a unit, as systemd tells it.</summary>
    public static string Property(string name, string unit = Name) => Tool.Run("systemctl", "show", "--value", "--property", name, unit).Trim();

    /// <summary>The pid of the daemon; 0 if it does not run.</summary>
    public static int MainPid => int.Parse(Property("MainPID"), CultureInfo.InvariantCulture);

    /// <summary>A channel to it. The caller disposes it.</summary>
    public static UnixChannel NewChannel() => new(Socket, new UnixChannelOptions { ConnectTimeout = s_patience }); // the service may be just starting, on an emulated CPU

    /// <summary>A jail's configuration; a rig without Landlock is a rig all the same.</summary>
    public static JailConfig Config(string profile) => Requires.Has("landlock") ? new() { Profile = profile } : new() { Profile = profile, AllowDegraded = { "landlock" } };

    /// <summary>Makes a jail, runs a program in it and ends it.</summary>
    public static async Task<ExecuteResponse> RunAsync(UnixChannel channel, JailConfig config, params string[] argv)
    {
        V1.Jails.JailsClient jails = new(channel);
        CancellationToken token = TestContext.Current.CancellationToken;
        Jail jail = await jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: token);
        try
        {
            return await new Commands.CommandsClient(channel).ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { argv } } }, cancellationToken: token);
        }
        finally
        {
            await jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id }, cancellationToken: token);
        }
    }

    /// <summary>What the journal has of the audit trail since <paramref name="cursor"/>, explained.</summary>
    public static string Journal(string cursor, params string[] matches)
    {
        Tool.Run("journalctl", "--sync");
        return Tool.Try(["journalctl", "--quiet", "-x", $"--after-cursor={cursor}", .. matches]).Output;
    }

    /// <summary>Where the journal ends now.</summary>
    public static string Cursor()
    {
        Tool.Run("journalctl", "--sync");
        return Tool.Run("journalctl", "--quiet", "-n", "0", "--show-cursor").Trim()["-- cursor: ".Length..];
    }

    /// <summary>Waits until something is so.</summary>
    public static void WaitUntil(Func<bool> condition, string what)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < s_patience, what);
            Thread.Sleep(100); // systemd tells nobody without D-Bus
        }
    }
}
