using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>How a command ended is how the run ends.</summary>
public sealed class EndTests
{
    private const string Stubborn =
        """
        import os, signal, sys, time
        for number in range(1, 65):
            if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            if os.fork() > 0:
                os._exit(0)
        print("up", flush=True)
        while True:
            time.sleep(1000)
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    [InlineData(124)]
    [InlineData(125)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    public void ExitCode_IsThePrograms(int code)
    {
        CliResult run = Sandboxctl.RunInJail("sh", "-c", $"exit {code}");

        Assert.Equal((code, ""), (run.ExitCode, run.Err));
    }

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("ABRT", 134)]
    [InlineData("KILL", 137)]
    [InlineData("SEGV", 139)]
    [InlineData("PIPE", 141)]
    [InlineData("TERM", 143)]
    [InlineData("RTMAX", 192)]
    public void DeathBySignal_Is128AndItsNumber(string signal, int status)
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--profile", "shell"), "--", "bash", "-c", $"kill -{signal} $$"]);

        Assert.Equal((status, ""), (run.ExitCode, run.Err));
    }

    [Fact]
    public void TimeOut_EndsAllOfIt_WithinASecond()
    {
        string report = Path.GetTempFileName();
        try
        {
            CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options("--timeout", "1s", "--report", report), "--", "python3", "-c", Stubborn]);

            Assert.Equal((124, "sandboxctl: python3 killed: its wall time of 1 s ran out\n"), (run.ExitCode, run.Err));
            Assert.Empty(run.Left!);
            using JsonDocument made = JsonDocument.Parse(File.ReadAllText(report));
            Assert.InRange(made.RootElement.GetProperty("usage").GetProperty("wallMs").GetDouble(), 1000, 2000);
        }
        finally
        {
            File.Delete(report);
        }
    }

    [Fact]
    public void Orphans_EndWithTheCommand()
    {
        CliResult run = Sandboxctl.RunContained(Sandboxctl.Jailed("python3", "-c", Stubborn.Replace("while True", "while os.getsid(0) == os.getpid() == 2 and sys.exit(3) or True")));

        Assert.Equal(3, run.ExitCode);
        Assert.Empty(run.Left!);
    }

    [Theory]
    [InlineData("SIGINT")]
    [InlineData("SIGTERM")]
    [InlineData("SIGHUP")]
    [InlineData("SIGQUIT")]
    public void Signal_ToUs_IsPassedOn_AndAnotherRunGoesOn(string signal)
    {
        CliResult run = Sandboxctl.Drive("pass-signal.py", signal);

        Assert.Equal($"caught {signal}, exit 40\nother run: undisturbed, exit 0\n", run.Out);
    }

    [Fact]
    public void KilledSandboxctl_TakesTheJailWithIt()
    {
        CliResult run = Sandboxctl.Contain("/usr/bin/python3", Path.Combine(Sandboxctl.Data, "kill-us.py"), Sandboxctl.Executable);

        Assert.Equal("gone\n", run.Out);
    }
}
