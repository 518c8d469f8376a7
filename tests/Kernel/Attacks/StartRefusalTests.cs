using System.Globalization;
using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>Commands whose directory or program would lead out of the jail through what the daemon has open (threats C50, C51).</summary>
public sealed class StartRefusalTests(AttackHost host)
{
    private const int MaxFd = 64;

    [Fact]
    public void WorkingDirectory_ThroughAnFd_IsRefused()
    {
        using Jail jail = host.CreateJail(host.Request("shell"));
        Execute(jail, "ln", "-s", "/proc/self/fd", "/workspace/link");
        for (int fd = 0; fd <= MaxFd; fd++)
        {
            string number = fd.ToString(CultureInfo.InvariantCulture);

            Assert.Throws<PolicyException>(() => StartIn(jail, $"/proc/self/fd/{number}"));
            Assert.Throws<SyscallException>(() => StartIn(jail, $"/dev/fd/{number}"));
            Assert.Throws<SyscallException>(() => StartIn(jail, $"/workspace/link/{number}"));
        }
    }

    [Theory]
    [InlineData("/proc/self/cwd")]
    [InlineData("/proc/1/root")]
    [InlineData("/proc")]
    [InlineData("//proc/self/cwd")]
    [InlineData("/tmp/../proc/self/cwd")]
    public void WorkingDirectory_InProc_IsRefused(string directory)
    {
        using Jail jail = host.CreateJail(host.Request("shell"));

        Assert.Throws<PolicyException>(() => StartIn(jail, directory));
    }

    [Fact]
    public void WorkingDirectory_ThatIsALinkToAMagicLink_IsRefused()
    {
        using Jail jail = host.CreateJail(host.Request("shell"));
        Execute(jail, "ln", "-s", "/proc/self/root/tmp", "/workspace/link");

        SyscallException refused = Assert.Throws<SyscallException>(() => StartIn(jail, "/workspace/link"));

        Assert.Equal(Errno.ELOOP, refused.Errno);
    }

    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/proc/1/exe")]
    [InlineData("//proc/self/exe")]
    [InlineData("/dev/../proc/self/exe")]
    [InlineData("../proc/self/exe")]
    [InlineData("/./proc/self/exe")]
    public void Program_InProc_IsRefused(string program)
    {
        using Jail jail = host.CreateJail(host.Request("shell"));

        Assert.Throws<PolicyException>(() => Execute(jail, program));
    }

    private static (CommandEnd End, string Said) Execute(Jail jail, params string[] argv) => AttackRunner.Execute(jail, new CommandSpec { Argv = [.. argv] });

    private static void StartIn(Jail jail, string directory) =>
        AttackRunner.Execute(jail, new CommandSpec { Argv = ["true"], WorkingDirectory = directory });
}
