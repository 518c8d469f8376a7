using System.Diagnostics;
using System.Runtime.InteropServices;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel;

/// <summary>The probes on the host that the tests run on, against what is seen there by other means.</summary>
public sealed class HostFeaturesTests
{
    private readonly HostFeatures _host = HostFeatures.Probe();

    [Fact]
    public void LandlockAbi_IsWhatTheKernelAnswers()
    {
        Assert.SkipUnless(Requires.Has("landlock"), "needs Landlock");
        int number = SyscallTable.Native.Number(Syscall.landlock_create_ruleset)!.Value;

        Assert.Equal(Libc.syscall(number, 0, 0, (nint)Libc.LANDLOCK_CREATE_RULESET_VERSION, 0, 0, 0), _host.Landlock.Abi);
        Assert.NotEqual(Presence.Missing, _host.Landlock.InLsmList);
    }

    [Fact]
    public void LandlockRulesetAttr_IsAccepted_ByKernelsThatKnowLessOfIt()
    {
        Assert.SkipUnless(Requires.Has("landlock"), "needs Landlock");
        using UnmanagedBuffer attr = new(Marshal.SizeOf<landlock_ruleset_attr>());
        Marshal.StructureToPtr(new landlock_ruleset_attr { handled_access_fs = Libc.LANDLOCK_ACCESS_FS_EXECUTE }, attr.Address, fDeleteOld: false);
        int number = SyscallTable.Native.Number(Syscall.landlock_create_ruleset)!.Value;

        using SafeFileHandle ruleset = new(Libc.syscall(number, attr.Address, attr.Size, 0, 0, 0, 0), ownsHandle: true);

        Assert.False(ruleset.IsInvalid);
    }

    [Fact]
    public void SeccompActions_AreThoseOfTheSysctl()
    {
        Assert.SkipUnless(Requires.Has("seccomp"), "needs seccomp filters");
        string[] available = Output("cat", "/proc/sys/kernel/seccomp/actions_avail").Split(' ');

        Assert.Equal(
            [available.Contains("errno"), available.Contains("kill_process"), available.Contains("user_notif"), available.Contains("log")],
            new[] { _host.Seccomp.Errno, _host.Seccomp.KillProcess, _host.Seccomp.UserNotif, _host.Seccomp.Log }
                .Select(action => action.Presence == Presence.Present));
    }

    [Fact]
    public void CgroupMount_IsTheOneThatFindmntSees()
    {
        Assert.SkipUnless(Requires.Has("cgroup"), "needs a writable cgroup v2");

        Assert.Equal(Output("findmnt", "--noheadings", "--first-only", "--types", "cgroup2", "--output", "TARGET"), _host.Cgroup.MountPoint);
        Assert.Equal(
            Output("cat", $"{_host.Cgroup.MountPoint}/cgroup.controllers").Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
            _host.Cgroup.Controllers);
    }

    [Fact]
    public void CgroupFiles_AreThoseOfACgroupMadeHere()
    {
        Assert.SkipUnless(Requires.Has("cgroup"), "needs a writable cgroup v2");
        string cgroup = $"{_host.Cgroup.MountPoint}/agent-sandbox-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(cgroup);
        try
        {
            Assert.Equal(File.Exists($"{cgroup}/cgroup.kill"), _host.Cgroup.Kill == Presence.Present);
            Assert.Equal(File.Exists($"{cgroup}/cgroup.freeze"), _host.Cgroup.Freeze == Presence.Present);
        }
        finally
        {
            Directory.Delete(cgroup);
        }
    }

    [Fact]
    public void Capabilities_AreThoseOfCapget()
    {
        const int _LINUX_CAPABILITY_VERSION_3 = 0x20080522;
        using UnmanagedBuffer header = new(2 * sizeof(int)); // version, pid (0: this thread)
        using UnmanagedBuffer data = new(6 * sizeof(int)); // {effective, permitted, inheritable} of the low half, then of the high half
        Marshal.WriteInt32(header.Address, _LINUX_CAPABILITY_VERSION_3);

        Assert.Equal(0, Libc.syscall(SyscallTable.Native.Number(Syscall.capget)!.Value, header.Address, data.Address, 0, 0, 0, 0));

        ulong effective = (uint)Marshal.ReadInt32(data.Address) | ((ulong)(uint)Marshal.ReadInt32(data.Address, 3 * sizeof(int)) << 32);
        Assert.Equal(new(effective), _host.Capabilities);
    }

    [Fact]
    public void Calls_OfLinux6_1_AreAllPresent()
    {
        Assert.SkipUnless(Requires.Has("root"), "needs root: fsopen and its kin refuse others before they look at the arguments");
        CallSupport calls = _host.Calls;

        Assert.All(
            new[]
            {
                calls.Clone3, calls.CloneIntoCgroup, calls.PidfdOpen, calls.CloseRange, calls.Openat2, calls.OpenTree, calls.MoveMount, calls.Fsopen,
                calls.Fsconfig, calls.Fsmount, calls.MountSetattr, calls.MountIdmap, calls.FutexWaitv,
            },
            call => Assert.Equal(Presence.Present, call.Presence));
    }

    [Fact]
    public void Probe_LeavesNoFd_AndNoCgroup()
    {
        const int Times = 50;
        int before = OpenFds();

        for (int i = 0; i < Times; i++)
        {
            HostFeatures.Probe();
        }

        Assert.InRange(OpenFds(), 0, before + (Times / 2)); // other tests open fds meanwhile; one leaked by each probe would be more
        if (_host.Cgroup.MountPoint is string point)
        {
            Assert.Empty(Directory.GetDirectories(point, $"{CgroupSupport.ProbeName}{Environment.ProcessId}-*"));
        }
    }

    private static int OpenFds() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static string Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
