using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program that makes a jail: namespaces, mounts, and the PID 1 that does nothing.</summary>
public static class JailPlanner
{
    private const string WhyUser = "what comes from here on has no power over the mounts and the network";
    private static readonly string[] s_sharedTmpfs = ["/tmp", "/var/tmp", "/dev/shm"];

    /// <summary>The program for <paramref name="spec"/>. It enters its user namespace last: the others belong to the host's, so nothing inside has power over them.</summary>
    public static ChildProgram Plan(JailSpec spec) => new()
    {
        Name = "jail",
        CloneFlags = CloneFlags(spec),
        Cgroup = spec.Cgroup ? JailSlots.Cgroup : null,
        Before = [.. spec.Binds.SelectMany(b => MountSteps.CloneSource(b.Source, b.Writable)), SpawnerSteps.BlockSignals, .. SpawnerSteps.EnterTemplate],
        Steps = [.. Name(spec), .. Mounts(spec), .. UserNamespace(spec), .. Lockdown(spec), Init()],
        After = [.. SpawnerSteps.LeaveTemplate, .. spec.Binds.Select(b => MountSteps.CloseTree(b.Source)), SpawnerSteps.RestoreSignals],
    };

    private static NumberArg CloneFlags(JailSpec spec) => (NumberArg)(spec.Cgroup
        ? Const(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_INTO_CGROUP)
        : Const(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWCGROUP));

    private static SyscallStep[] Name(JailSpec spec) =>
    [
        new("a network of its own, made ahead", setns, Fd(JailSlots.Network), Const(CLONE_NEWNET)),
        new("IPC objects of its own, made ahead", setns, Fd(JailSlots.Ipc), Const(CLONE_NEWIPC)),
        new("the jail's own name", sethostname, spec.Hostname, Encoding.UTF8.GetByteCount(spec.Hostname)),
    ];

    private static IEnumerable<SyscallStep> Mounts(JailSpec spec) =>
    [
        .. MountSteps.Proc(spec.Proc),
        .. spec.ProcMasks.SelectMany(MountSteps.Mask),
        .. spec.Tmpfs.SelectMany(t => MountSteps.Tmpfs(t, s_sharedTmpfs.Contains(t.Target), spec.Uid, spec.Gid)),
        .. spec.Kept is null ? [] : new[] { MountSteps.AttachKept(spec.Workspace) },
        .. spec.Pts ? MountSteps.Pts(spec.Uid, spec.Gid) : [],
        .. spec.Binds.Select(b => MountSteps.Attach(b.Writable ? $"{b.Source} as the caller's own files" : $"{b.Source} as it is, read-only", $"tree:{b.Source}", b.Target)),
    ];

    /// <summary>A time namespace cannot be joined by a child that shares memory: each program gets one of its own, entered at its execve (Linux 6.3).</summary>
    internal static IEnumerable<SyscallStep> TimeSteps(JailSpec spec) =>
        spec.TimeNamespace ? [new("clocks cannot be shared with the host", unshare, Const(CLONE_NEWTIME))] : [];

    private static IEnumerable<SyscallStep> UserNamespace(JailSpec spec) =>
    [
        .. TimeSteps(spec),
        new(WhyUser, setns, Fd(JailSlots.User), Const(CLONE_NEWUSER)) { Result = ChildProgram.ReadyWord },
        RendezvousSteps.Announce("the daemon looks at what cannot change any more"),
    ];

    private static IEnumerable<SyscallStep> Lockdown(JailSpec spec) =>
    [
        .. IdentitySteps.Become(0, 0, spec.LastCapability),
        .. spec.EndsWithMaker ? [EndWithMaker] : Array.Empty<SyscallStep>(),
        IdentitySteps.ReapByKernel,
        IdentitySteps.Unblock,
        LockdownSteps.CloseOnExec(0),
        LockdownSteps.NoNewPrivileges,
        LockdownSteps.Filter(InitFilter.Program),
    ];

    // After the change of ids, which clears it: PR_SET_PDEATHSIG(2const).
    private static SyscallStep EndWithMaker { get; } =
        new("the jail ends with the process that made it", prctl, Const(PR_SET_PDEATHSIG), Named(SIGKILL, nameof(SIGKILL)), 0, 0, 0);

    private static SyscallStep Init() =>
        new("PID 1 does nothing", execveat, Fd(JailSlots.Init), "", Strings(["jail-init"]), Strings([]), Const(AT_EMPTY_PATH));
}
