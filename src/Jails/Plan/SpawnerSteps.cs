using System.Collections.Immutable;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>What the parent's thread does around a birth, so that the child is born in the right place and no signal handler of ours runs in it.</summary>
internal static class SpawnerSteps
{
    private const string SignalMask = "signal-mask";
    private const int SigsetSize = 8;

    /// <summary>No signal reaches the thread, or the child before it is ready for it.</summary>
    internal static SyscallStep BlockSignals { get; } = new(
        "no handler of ours may run in the child", rt_sigprocmask, Const(SIG_SETMASK), Bytes([.. Enumerable.Repeat((byte)0xff, SigsetSize)], "~[]"), Word(SignalMask), SigsetSize);

    /// <summary>The thread's signals are as before.</summary>
    internal static SyscallStep RestoreSignals { get; } = new(
        "our own signals come through again", rt_sigprocmask, Const(SIG_SETMASK), Word(SignalMask), NULL, SigsetSize);

    /// <summary>The child is born with the mounts of a template.</summary>
    internal static ImmutableArray<SyscallStep> EnterTemplate { get; } =
    [
        new("a thread that shares its root cannot change its mounts", unshare, Const(CLONE_FS)),
        new("the host's mounts never exist in the jail", setns, Fd(JailSlots.Template), Const(CLONE_NEWNS)),
    ];

    /// <summary>The thread is back among the host's mounts, with the root and directory that the daemon has.</summary>
    internal static ImmutableArray<SyscallStep> LeaveTemplate { get; } =
    [
        new("this thread goes back to the daemon's mounts, root and directory", setns, Fd(JailSlots.OwnMounts), Const(CLONE_NEWNS)),
        new("this thread goes back to the daemon's mounts, root and directory", fchdir, Fd(JailSlots.OwnRoot)),
        new("this thread goes back to the daemon's mounts, root and directory", chroot, "."),
        new("this thread goes back to the daemon's mounts, root and directory", fchdir, Fd(JailSlots.OwnDirectory)),
    ];

    /// <summary>The child is born as a process of the jail.</summary>
    internal static SyscallStep EnterPids { get; } = new("the child is a process of the jail", setns, Fd(JailSlots.Jail), Const(CLONE_NEWPID));

    /// <summary>Later children of this thread are the host's again.</summary>
    internal static SyscallStep LeavePids { get; } = new("later children of this thread are the host's", setns, Fd(JailSlots.OwnPids), Const(CLONE_NEWPID));
}
