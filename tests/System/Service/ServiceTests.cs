using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>The installed service and its systemd.</summary>
public sealed partial class ServiceTests
{
    private const double MostExposed = 5.0;

    [Fact]
    public void Service_AfterTheInstallation_IsActiveAndEnabled()
    {
        InstalledService.Require();

        Assert.Equal("active", InstalledService.Property("ActiveState"));
        Assert.Equal("active", InstalledService.Property("ActiveState", InstalledService.SocketName));
        Assert.Equal("enabled", InstalledService.Property("UnitFileState"));
        Assert.Equal("enabled", InstalledService.Property("UnitFileState", InstalledService.SocketName));
        Assert.Matches("^[0-9]+ jails, [0-9]+ commands running$", InstalledService.Property("StatusText"));
    }

    [Fact]
    public void Units_AreUnderstood()
    {
        InstalledService.Require();

        (int status, string output) = Tool.Try("systemd-analyze", "verify", "--man=no", InstalledService.Name, InstalledService.SocketName);

        Assert.True(status == 0 && !output.Contains("agent-sandboxd", StringComparison.Ordinal), output);
    }

    [Fact]
    public void Exposure_IsAtMostMedium()
    {
        InstalledService.Require();

        string output = Tool.Run("systemd-analyze", "security", "--no-pager", InstalledService.Name);

        Match level = Level().Match(output);
        Assert.True(level.Success && double.Parse(level.Groups[1].Value, CultureInfo.InvariantCulture) <= MostExposed, output);
        TestContext.Current.TestOutputHelper!.WriteLine(output);
    }

    [Theory]
    [InlineData("/home")]
    [InlineData("/tmp")]
    [InlineData("/srv")]
    public async Task Bind_OfACallersDirectory_ShowsTheHosts(string where)
    {
        InstalledService.Require();
        string directory = Path.Combine(where, $"agent-sandbox-test-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        try
        {
            File.WriteAllText(Path.Combine(directory, "in"), "from the host");
            using UnixChannel channel = InstalledService.NewChannel();
            JailConfig config = InstalledService.Config("shell");
            config.Binds.Add(new Bind { Source = directory, Target = "/data", Writable = true });

            ExecuteResponse answer = await InstalledService.RunAsync(channel, config, "cp", "/data/in", "/data/out");

            Assert.True(answer.Ended.ExitCode == 0, answer.Stderr.ToStringUtf8());
            Assert.Equal("from the host", File.ReadAllText(Path.Combine(directory, "out")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task ProgramsInJails_AreNotHinderedByTheUnit()
    {
        InstalledService.Require();
        const string Program = """
            import os, socket
            for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6): socket.socket(family).close()
            s = socket.create_server(("127.0.0.1", 0)); socket.create_connection(s.getsockname())
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
            print(open("/proc/self/oom_score_adj").read().strip())
            """;
        using UnixChannel channel = InstalledService.NewChannel();

        ExecuteResponse answer = await InstalledService.RunAsync(channel, InstalledService.Config("python"), "python3", "-c", Program);

        Assert.Equal(("0\n", ""), (answer.Stdout.ToStringUtf8(), answer.Stderr.ToStringUtf8()));
    }

    [Fact]
    public async Task Journal_ExplainsWhatWasDecided()
    {
        InstalledService.Require();
        string cursor = InstalledService.Cursor();
        using UnixChannel channel = InstalledService.NewChannel();
        await InstalledService.RunAsync(channel, InstalledService.Config("shell"), "true");

        string created = InstalledService.Journal(cursor, "MESSAGE_ID=b13e8aaeba9fc37fefff97c12855b7cd");
        string ended = InstalledService.Journal(cursor, "MESSAGE_ID=6307e36f6dbdf1d2aa38ae34cb08aee5");

        Assert.Matches("Subject: A jail was created(?s:.*)The jail j-[a-z0-9]+ was made from the profile shell", created);
        Assert.Contains("Subject: A jail ended", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_WhenTheServiceIsStopped_StartsIt()
    {
        InstalledService.Require();
        Tool.Run("systemctl", "stop", InstalledService.Name);
        Assert.Equal("inactive", InstalledService.Property("ActiveState"));

        using UnixChannel channel = InstalledService.NewChannel();
        ExecuteResponse answer = await InstalledService.RunAsync(channel, InstalledService.Config("shell"), "true");

        Assert.Equal(0, answer.Ended.ExitCode);
        Assert.Equal("active", InstalledService.Property("ActiveState"));
    }

    [Fact]
    public void Daemon_ThatStandsStill_IsReplaced()
    {
        InstalledService.Require();
        Assert.SkipUnless(Environment.GetEnvironmentVariable("RIG_ENGINE") != "qemu", "needs a quick machine: it waits for the watchdog");
        const string DropIn = "/run/systemd/system/agent-sandboxd.service.d";
        Directory.CreateDirectory(DropIn);
        File.WriteAllText($"{DropIn}/watchdog.conf", "[Service]\nWatchdogSec=5s\nTimeoutAbortSec=2s\n");
        try
        {
            Tool.Run("systemctl", "daemon-reload");
            Tool.Run("systemctl", "restart", InstalledService.Name);
            int before = InstalledService.MainPid;
            Stopwatch clock = Stopwatch.StartNew();
            Tool.Run("kill", "-STOP", before.ToString(CultureInfo.InvariantCulture));

            InstalledService.WaitUntil(() => InstalledService.MainPid is int now && now != 0 && now != before && InstalledService.Property("ActiveState") == "active", "the daemon is not replaced");

            Assert.True(clock.Elapsed > TimeSpan.FromSeconds(2), "something else than the watchdog ended it");
            Assert.Equal("1", InstalledService.Property("NRestarts"));
        }
        finally
        {
            Directory.Delete(DropIn, recursive: true);
            Tool.Run("systemctl", "daemon-reload");
            Tool.Run("systemctl", "restart", InstalledService.Name);
        }
    }

    [GeneratedRegex(@"exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Level();
}
