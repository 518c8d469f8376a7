using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>A run on a terminal: Python's pty plays the person.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("size", "(31, 97)")]
    [InlineData("resize", "(17, 55)")]
    [InlineData("controlling", "True True True")]
    [InlineData("interrupt", "130")]
    [InlineData("suspend", "stopped and continued")]
    [InlineData("end-of-input", "b'typed'")]
    [InlineData("raw", "restored")]
    [InlineData("raw-after-refusal", "restored")]
    [InlineData("raw-after-kill", "restored")]
    [InlineData("automatic", "True")]
    [InlineData("no-tty", "False")]
    [InlineData("no-terminals", "1")]
    [InlineData("ten-thousand-lines", "10000")]
    public void Terminal_Works(string scene, string expected)
    {
        CliResult run = Sandboxctl.Drive("terminal.py", scene);

        Assert.Equal((expected + "\n", 0), (run.Out, run.ExitCode));
    }
}
