using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary><c>run</c> by the daemon is as <c>run --embedded</c>.</summary>
public sealed class RunTests(CliFixture cli) : IClassFixture<CliFixture>
{
    [Theory]
    [InlineData(0, "exit 0")]
    [InlineData(7, "exit 7")]
    [InlineData(143, "kill -TERM $$")]
    [InlineData(139, "kill -SEGV $$")]
    [InlineData(127, "no-such-program")]
    public void ExitStatus_IsTheCommands_AsEmbedded(int status, string script)
    {
        CliResult run = Jailed("sh", "-c", script);
        CliResult embedded = cli.Run("run", "--embedded", "--profile", "shell", "--allow-degraded", "all", "--", "sh", "-c", script);

        Assert.Equal((status, embedded.Out, embedded.Err), (run.ExitCode, run.Out, run.Err));
        Assert.Equal(status, embedded.ExitCode);
    }

    [Theory]
    [InlineData(127, "sandboxctl: no such program in the jail's PATH: absent\n", "--", "absent")]
    [InlineData(124, "sandboxctl: sleep killed: its wall time of 0.2 s ran out\n", "--timeout", "200ms", "--", "sleep", "1000")]
    [InlineData(125, "sandboxctl: yes killed: it wrote more than 1000 bytes\n", "--output-limit", "1000", "--", "yes")]
    [InlineData(125, "sandboxctl: --memory: 1T is above the profile's ceiling of 4G\n", "--memory", "1T", "--", "true")]
    [InlineData(2, "sandboxctl: '-n' could be an option of echo or of sandboxctl: write '--' before echo\n", "echo", "-n")]
    public void Refusal_SaysTheSame_AsEmbedded(int status, string message, params string[] arguments)
    {
        CliResult run = cli.Run(["run", "--profile", "shell", "--allow-degraded", "all", .. arguments]);
        CliResult embedded = cli.Run(["run", "--embedded", "--profile", "shell", "--allow-degraded", "all", .. arguments]);

        Assert.Equal((status, status), (run.ExitCode, embedded.ExitCode));
        Assert.StartsWith(message, run.Err);
        Assert.Equal(embedded.Err, run.Err);
    }

    [Fact]
    public void TenMegabytes_GoThrough_Unchanged()
    {
        byte[] content = new byte[10_000_000];
        new Random(1).NextBytes(content);

        CliResult run = cli.RunWith(content, "run", "--profile", "shell", "--allow-degraded", "all", "--", "cat");

        Assert.Equal(0, run.ExitCode);
        Assert.True(content.AsSpan().SequenceEqual(run.Stdout), $"{run.Stdout.Length} bytes came back, or others");
    }

    [Theory]
    [InlineData("file")]
    [InlineData("null")]
    [InlineData("pipe")]
    [InlineData("closed")]
    [InlineData("open-for-ever")]
    [InlineData("directory")]
    public void Stdin_OfEachKind_Works(string kind) => Assert.Equal("good\n", cli.Drive("stdin.py", kind).Out);

    [Theory]
    [InlineData("SIGINT")]
    [InlineData("SIGTERM")]
    public void Signal_ToUs_IsPassedOn_AndAnotherRunGoesOn(string signal) =>
        Assert.Equal($"caught {signal}, exit 40\nother run: undisturbed, exit 0\n", cli.Drive("pass-signal.py", signal).Out);

    [Fact]
    public void Reader_ThatGoesAway_EndsTheProgram() => Assert.Equal("y\ny\ny\nsandboxctl 141\n", cli.Drive("reader-gone.py").Out);

    [Theory]
    [InlineData("size", "(31, 97)")]
    [InlineData("resize", "(17, 55)")]
    [InlineData("interrupt", "130")]
    [InlineData("end-of-input", "b'typed'")]
    [InlineData("raw", "restored")]
    [InlineData("raw-after-refusal", "restored")]
    [InlineData("raw-after-kill", "restored")]
    [InlineData("automatic", "True")]
    [InlineData("no-tty", "False")]
    [InlineData("no-terminals", "1")]
    public void Terminal_Works(string scene, string expected)
    {
        CliResult run = cli.Drive("terminal.py", scene);

        Assert.Equal((expected + "\n", 0), (run.Out, run.ExitCode));
    }

    [Fact]
    public void Top_OnATerminal_Sorts_Selects_Pauses_AndKillsWhenToldTwice()
    {
        string[] jails = [cli.Create(), cli.Create()];
        bool canPause = Requires.Has("cgroup");

        cli.Do("exec", "--detach", jails[1], "--", "sh", "-c", "while :; do :; done");
        CliResult top = cli.Drive("top.py", [.. jails, canPause ? "can-pause" : "cannot-pause"]);

        Assert.Equal("", top.Err);
        Assert.Equal("drawn\nsorted\nselected\npaused\nkept\nkilled\nquit 0, restored\n", top.Out);
        Assert.DoesNotContain(jails[0], cli.Do("ps"), StringComparison.Ordinal);
        Assert.Contains(jails[1], cli.Do("ps"), StringComparison.Ordinal);
        cli.Do("rm", jails[1]);
    }

    [Fact]
    public void Direct_GivesTheCommandOurOwnStreams()
    {
        using TemporaryFolder folder = new();
        string target = Path.Combine(folder.Path, "out");

        // What the command has as stdout is the file itself: only then has it a size, and is written where it is.
        CliResult run = cli.Shell($"echo before > {target}; echo in | sandboxctl run --direct --profile shell --allow-degraded all -- sh -c 'cat; stat -L -c %F /dev/stdout; echo err >&2; exit 3' >> {target} || test $? = 3");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("before\nin\nregular file\n", File.ReadAllText(target));
        Assert.Contains("err\n", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Direct_WithALimitThatNobodyCouldHold_IsRefused()
    {
        CliResult run = cli.Run("run", "--direct", "--idle", "5s", "--profile", "shell", "--allow-degraded", "all", "--", "true");

        Assert.Equal(125, run.ExitCode);
        Assert.Contains("idle", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_IsTheReport_WithOutputAndProof()
    {
        CliResult run = cli.Run("run", "--json", "--profile", "shell", "--allow-degraded", "all", "--", "sh", "-c", "echo out; printf '\\377' >&2; exit 3");
        using JsonDocument report = JsonDocument.Parse(run.Out);

        Assert.Equal(3, run.ExitCode);
        Assert.Equal("out\n", report.RootElement.GetProperty("stdout").GetString());
        Assert.Equal("/w==", report.RootElement.GetProperty("stderrBase64").GetString());
        Assert.Equal(3, report.RootElement.GetProperty("end").GetProperty("code").GetInt32());
        Assert.NotEmpty(report.RootElement.GetProperty("proof").GetProperty("probes").GetProperty("probes").EnumerateArray());
    }

    private CliResult Jailed(params string[] command) => cli.Run(["run", "--profile", "shell", "--allow-degraded", "all", "--", .. command]);
}
