using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>What goes through stdin, stdout and stderr comes out as it went in.</summary>
public sealed class StreamTests
{
    [Fact]
    public void TenMegabytes_GoThroughCat_Unchanged()
    {
        byte[] content = new byte[10_000_000];
        new Random(1).NextBytes(content);

        CliResult run = Sandboxctl.RunWith(content, null, Sandboxctl.Jailed("cat"));

        Assert.Equal(0, run.ExitCode);
        Assert.True(content.AsSpan().SequenceEqual(run.Stdout), $"{run.Stdout.Length} bytes came back, or others");
    }

    [Fact]
    public void FiftyMegabytesOfOutput_Arrive_Unchanged()
    {
        const string Write = "import random, sys; r = random.Random(7); [sys.stdout.buffer.write(r.randbytes(1 << 20)) for _ in range(50)]";
        string expected = Processes.Run("/usr/bin/python3", ["-c", Write], [], null, TimeSpan.FromMinutes(2)) is { } local
            ? Convert.ToHexString(SHA256.HashData(local.Stdout))
            : "";

        CliResult run = Sandboxctl.RunInJail("python3", "-c", Write);

        Assert.Equal(50 << 20, run.Stdout.Length);
        Assert.Equal(expected, Convert.ToHexString(SHA256.HashData(run.Stdout)));
    }

    [Fact]
    public void StdoutAndStderr_AreSeparate()
    {
        CliResult run = Sandboxctl.RunInJail("sh", "-c", "echo out; echo err >&2");

        Assert.Equal(("out\n", "err\n"), (run.Out, run.Err));
    }

    [Fact]
    public void Stdin_ThatIsNeverRead_DoesNotHoldTheRun()
    {
        CliResult run = Sandboxctl.RunWith(new byte[1_000_000], null, Sandboxctl.Jailed("true"));

        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("null")]
    [InlineData("pipe")]
    [InlineData("closed")]
    [InlineData("open-for-ever")]
    [InlineData("directory")]
    public void Stdin_OfEachKind_Works(string kind)
    {
        CliResult run = Sandboxctl.Drive("stdin.py", kind);

        Assert.Equal(("good\n", 0), (run.Out, run.ExitCode));
    }

    [Fact]
    public void Reader_ThatGoesAway_EndsTheProgram_AsALocalOne()
    {
        CliResult run = Sandboxctl.Drive("reader-gone.py");

        Assert.Equal("y\ny\ny\n" + "sandboxctl 141\n", run.Out);
    }

    [Fact]
    public void Grandchild_ThatHoldsStdout_DoesNotHoldTheRun()
    {
        CliResult run = Sandboxctl.RunContained(Sandboxctl.Jailed("sh", "-c", "setsid sleep 1000 & echo done"));

        Assert.Equal(("done\n", 0), (run.Out, run.ExitCode));
        Assert.Empty(run.Left!);
    }

    [Fact]
    public void OutputLimit_EndsTheProgram_AfterExactlyThatManyBytes()
    {
        CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options("--output-limit", "100000"), "--", "sh", "-c", "trap '' PIPE TERM; yes"]);

        Assert.Equal(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("y\n", 50_000))), run.Stdout);
        Assert.Equal((125, "sandboxctl: sh killed: it wrote more than 100000 bytes\n"), (run.ExitCode, run.Err));
        Assert.Empty(run.Left!);
    }

    [Fact]
    public void OutputLimit_IsNotReached_ByExactlyThatManyBytes()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--output-limit", "1K"), "--", "sh", "-c", "head -c 1000 /dev/zero; head -c 24 /dev/zero >&2"]);

        Assert.Equal((0, 1000, 24), (run.ExitCode, run.Stdout.Length, run.Err.Length));
    }
}
