using System.Diagnostics;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;
using static AgentSandbox.Kernel.Child.Arg;

namespace AgentSandbox.Tests.Kernel.Engine;

public sealed class LauncherTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    [Fact]
    public void Steps_PassTheirResultsOn_ToEveryStepThatNamesThem()
    {
        using LaunchedChild child = Launcher.Start(
            Program(
                new("makes one", Syscall.eventfd2, 7, 0) { Result = "event" },
                new("uses it", Syscall.fcntl, Result("event"), Const(Libc.F_DUPFD_CLOEXEC), 500),
                new("uses it again", Syscall.close, Result("event")),
                new("it is closed", Syscall.close, Result("event")) { Tolerates = Errno.EBADF },
                new("the end", Syscall.exit_group, 0)),
            new FdTable(), s_long);

        long[] results = child.WaitForResults(s_long);

        Assert.True(results[0] > 2);
        Assert.True(results[1] >= 500); // the lowest that is free from there on
        Assert.Equal([0, -(long)Errno.EBADF], results[2..4]);
    }

    [Fact]
    public void Step_ThatFails_NamesItselfAndItsTarget()
    {
        using LaunchedChild child = Launcher.Start(Program(new("first", Syscall.getpid), new("the one that fails", Syscall.chdir, "/no/such"), new("never", Syscall.exit_group, 0)), new FdTable(), s_long);

        SyscallException error = Assert.Throws<SyscallException>(() => child.WaitForResults(s_long));

        Assert.Equal("chdir(\"/no/such\"): ENOENT (test, child step 2 of 3: the one that fails)", error.Message);
    }

    [Fact]
    public void Step_ThatIsToleratedForOneError_FailsWithAnother()
    {
        using LaunchedChild child = Launcher.Start(Program(new("closes nothing", Syscall.close, -1) { Tolerates = Errno.ENOENT }, new("never", Syscall.exit_group, 0)), new FdTable(), s_long);

        Assert.Equal(Errno.EBADF, Assert.Throws<SyscallException>(() => child.WaitForResults(s_long)).Errno);
    }

    [Fact]
    public void Child_ThatHangs_IsKilledAndNamed()
    {
        using LaunchedChild child = Launcher.Start(Program(new("hangs", Syscall.pause), new("never", Syscall.exit_group, 0)), new FdTable(), s_long);

        SyscallException error = Assert.Throws<SyscallException>(() => child.WaitForExec(TimeSpan.FromMilliseconds(50)));

        Assert.Equal((Errno.ETIMEDOUT, "test, child step 1 of 2: hangs"), (error.Errno, error.Step));
    }

    [Fact]
    public void ChildOfVfork_ThatHangs_IsKilledAndNamed()
    {
        ChildProgram program = Program(new("hangs", Syscall.pause), new("never", Syscall.exit_group, 0)) with { CloneFlags = (NumberArg)Const(Libc.CLONE_VFORK) };

        using LaunchedChild child = Launcher.Start(program, new FdTable(), TimeSpan.FromMilliseconds(50));

        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<SyscallException>(() => child.WaitForExec(s_long)).Errno);
    }

    [Fact]
    public void Child_ThatIsKilledBeforeItsProgram_IsNamed()
    {
        using LaunchedChild child = Launcher.Start(Program(new("kills itself", Syscall.kill, 0, 0), new("hangs", Syscall.pause), new("never", Syscall.exit_group, 0)), new FdTable(), s_long);
        Process.GetProcessById(child.Pid).Kill();

        Assert.Equal(Errno.EINTR, Assert.Throws<SyscallException>(() => child.WaitForExec(s_long)).Errno);
    }

    [Fact]
    public void ParentStep_ThatFails_BearsNoChild()
    {
        ChildProgram program = Program(new SyscallStep("never", Syscall.exit_group, 0)) with { Before = [new("cannot be", Syscall.setns, -1, 0)] };

        Assert.Equal("test, parent step 1 of 1: cannot be", Assert.Throws<SyscallException>(() => Launcher.Start(program, new FdTable(), s_long)).Step);
    }

    [Fact]
    public void Fd_ThatIsNotBound_IsNamed() => Assert.Equal(
        "the program names fd:absent, which is not bound",
        Assert.Throws<KeyNotFoundException>(() => Launcher.Start(Program(new SyscallStep("uses it", Syscall.close, Fd("absent"))), new FdTable(), s_long)).Message);

    [Fact]
    public void Program_ThatRuns_IsReapedWithItsExitCode()
    {
        using LaunchedChild child = Launcher.Start(Program(new SyscallStep("the program", Syscall.execve, "/bin/sh", Strings(["sh", "-c", "exit 7"]), Strings([]))), new FdTable(), s_long);
        using ChildProcess process = child.WaitForExec(s_long);

        Assert.Equal((true, 7), process.Reap() is var status ? (status.Exited, status.Status) : default);
    }

    private static ChildProgram Program(params SyscallStep[] steps) => new()
    {
        Name = "test",
        CloneFlags = (NumberArg)Named(0, "0"),
        Cgroup = null,
        Before = [],
        Steps = [.. steps],
        After = [],
    };
}
