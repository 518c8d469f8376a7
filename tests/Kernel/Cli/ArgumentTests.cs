using System.Text;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>Arguments and variables reach the program byte for byte.</summary>
public sealed class ArgumentTests
{
    private const string PrintArguments = "import os, sys; print(' '.join(os.fsencode(a).hex() or '-' for a in sys.argv[1:]))";
    private const string CountArguments = "import os, sys; print(len(sys.argv) - 1, sum(len(os.fsencode(a)) for a in sys.argv[1:]))";

    [Fact]
    public void Arguments_Arrive_ByteForByte()
    {
        string[] arguments =
            ["", " ", "a b", "'", "\"", "\\", "$HOME", "`id`", "*", "a\nb", "\t", "-x", "--", "--help", "K=V", "é", "日本語", "\U0001F600", "\u0001\u001b[31m", "", "end"];

        CliResult run = Sandboxctl.RunInJail(["python3", "-c", PrintArguments, .. arguments]);

        Assert.Equal(arguments.Select(Hex), run.Out.TrimEnd('\n').Split(' '));
    }

    [Fact]
    public void AThousandArguments_Arrive()
    {
        CliResult run = Sandboxctl.RunInJail(["python3", "-c", CountArguments, .. Enumerable.Range(0, 1000).Select(i => $"{i:0000}")]);

        Assert.Equal("1000 4000\n", run.Out);
    }

    [Fact]
    public void AnArgumentOf100KB_Arrives()
    {
        CliResult run = Sandboxctl.RunInJail("python3", "-c", CountArguments, new string('x', 100_000));

        Assert.Equal("1 100000\n", run.Out);
    }

    [Fact]
    public void AnArgumentList_Of300KB_Arrives()
    {
        CliResult run = Sandboxctl.RunInJail(["python3", "-c", CountArguments, .. Enumerable.Repeat(new string('y', 1000), 300)]);

        Assert.Equal("300 300000\n", run.Out);
    }

    [Fact]
    public void AnArgument_OfMoreThanTheKernelTakes_IsRefused()
    {
        // The kernel lets nobody pass one to sandboxctl either: the shell says so. What is checked here is the largest that it can be given.
        CliResult run = Sandboxctl.RunInJail("python3", "-c", CountArguments, new string('x', (128 * 1024) - 1));

        Assert.Equal("1 131071\n", run.Out);
    }

    [Fact]
    public void Variables_Arrive_ByteForByte()
    {
        const string Print = "import os; print(' '.join(v.hex() or '-' for k, v in sorted(os.environb.items()) if k.startswith(b'T_')))";
        string[] values = ["", " a b ", "=", "a=b=c", "'\"\\$`", "line\nbreak", "日本語\U0001F600"];
        string[] options = [.. values.SelectMany((value, i) => new[] { "--env", $"T_{i}={value}" })];

        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options(options), "--", "python3", "-c", Print]);

        Assert.Equal(values.Select(Hex), run.Out.TrimEnd('\n').Split(' '));
    }

    [Fact]
    public void Environment_IsTheProfiles_AndNothingOfOurs()
    {
        CliResult run = Sandboxctl.RunWith(
            [], new Dictionary<string, string> { ["SECRET"] = "ours", ["LD_PRELOAD"] = "", ["PYTHONPATH"] = "/ours" }, Sandboxctl.Jailed("env"));

        Assert.Equal(
            """
            HOME=/workspace
            LANG=C.UTF-8
            LOGNAME=agent
            PATH=/usr/local/bin:/usr/bin:/bin
            PYTHONUNBUFFERED=1
            SHELL=/bin/sh
            TMPDIR=/tmp
            USER=agent

            """,
            run.Out);
    }

    [Fact]
    public void Variable_OfTheProfile_CanBeSet()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--env", "HOME=/tmp", "-e", "TERM=xterm"), "--", "sh", "-c", "echo $HOME $TERM"]);

        Assert.Equal("/tmp xterm\n", run.Out);
    }

    [Fact]
    public void Program_IsFoundByThePathOfTheJail()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--env", "PATH=/nowhere:/bin"), "--", "sh", "-c", "echo $0"]);

        Assert.Equal("sh\n", run.Out);
    }

    private static string Hex(string text) => text.Length == 0 ? "-" : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
