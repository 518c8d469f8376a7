using AgentSandbox.Daemon.Systemd;
using AgentSandbox.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Systemd;

public sealed class PriorityConsoleTests
{
    [Theory]
    [InlineData(LogLevel.Critical, true, "<2>Api: one\n<2>  two\n")]
    [InlineData(LogLevel.Error, true, "<3>Api: one\n<3>  two\n")]
    [InlineData(LogLevel.Warning, true, "<4>Api: one\n<4>  two\n")]
    [InlineData(LogLevel.Information, true, "<6>Api: one\n<6>  two\n")]
    [InlineData(LogLevel.Debug, true, "<7>Api: one\n<7>  two\n")]
    [InlineData(LogLevel.Error, false, "error: Api: one\n  two\n")]
    public void Log_TellsThePriority_OnEachLine(LogLevel level, bool isJournal, string expected)
    {
        StringWriter writer = new();
        using PriorityConsole console = new(writer, isJournal);

        console.CreateLogger("Api").Log(level, default, "one\ntwo", null, (text, _) => text);

        Assert.Equal(expected, writer.ToString());
    }

    [Fact]
    public void IsSame_ComparesDeviceAndInode()
    {
        using SafeFileHandle file = Files.Open("/dev/null", Libc.O_RDONLY);
        statx status = Files.Stat(file);
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-L", "-c", "%d:%i", "/dev/null"]) { RedirectStandardOutput = true })!;
        string stream = process.StandardOutput.ReadToEnd().Trim();

        Assert.True(JournalOutput.IsSame(stream, status));
        Assert.False(JournalOutput.IsSame($"{stream}1", status));
        Assert.False(JournalOutput.IsSame("nonsense", status));
    }
}
