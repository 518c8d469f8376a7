using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program that shows a jail that lives another workspace.</summary>
public static class WorkspacePlanner
{
    /// <summary>The program for the jail of <paramref name="spec"/>, in which all stands still.</summary>
    public static ChildProgram Plan(JailSpec spec) => new()
    {
        Name = "workspace",
        CloneFlags = (NumberArg)Const(CLONE_VFORK),
        Cgroup = null,
        Before = [SpawnerSteps.BlockSignals],
        Steps =
        [
            new("among the jail's mounts", setns, Fd(JailSlots.Jail), Const(CLONE_NEWNS)),
            new("what was there is no longer seen", umount2, spec.Workspace, Const(MNT_DETACH | UMOUNT_NOFOLLOW)),
            MountSteps.AttachKept(spec.Workspace),
            new("the mount stays", exit_group, 0),
        ],
        After = [SpawnerSteps.RestoreSignals],
    };
}
