using System.Diagnostics;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel;

public sealed class PidfdTests
{
    [Theory]
    [InlineData("exit 7", true, 7)]
    [InlineData("kill -9 $$", false, 9)]
    public void ReadEnd_WhenTheProcessWasReaped_SaysHowItEnded(string script, bool exited, int status)
    {
        Assert.SkipUnless(HostFeatures.Current.Calls.PidfdInfo.Presence == Presence.Present, "needs PIDFD_GET_INFO");
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"read line; {script}"]) { RedirectStandardInput = true })!;
        using SafeFileHandle pidfd = Pidfd.Open(process.Id)!;
        ProcessEnd? before = Pidfd.ReadEnd(pidfd);
        uint pid = Pidfd.ReadInfo(pidfd)!.Value.pid;

        process.StandardInput.WriteLine();
        process.WaitForExit(); // .NET reaps

        Assert.Null(before);
        Assert.Equal((uint)process.Id, pid);
        ProcessEnd? end = Pidfd.ReadEnd(pidfd);
        Assert.SkipWhen(end is null, "needs PIDFD_INFO_EXIT");
        Assert.Equal(new ProcessEnd(exited, status), end);
    }

    [Fact]
    public void Open_WhenThereIsNoSuchProcess_IsNull()
    {
        using var process = Process.Start("true");
        process.WaitForExit();

        Assert.Null(Pidfd.Open(process.Id));
    }
}
