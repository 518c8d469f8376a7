using System.Collections.Immutable;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>Steps by which a child becomes a user of the jail, without any privilege.</summary>
internal static class IdentitySteps
{
    private const int SigsetSize = 8;
    private const int MaxCapabilities = 64;

    private static readonly ImmutableArray<SyscallStep> s_drops =
    [
        .. Enumerable.Range(0, MaxCapabilities).Select(capability => new SyscallStep(
            "no execve can give a capability back", prctl, Const(PR_CAPBSET_DROP), Named((ulong)capability, ((Capability)capability).ToString()), 0, 0, 0)),
    ];

    /// <summary>The child takes <paramref name="uid"/> and <paramref name="gid"/> of its user namespace, and gives up every capability for ever.</summary>
    internal static IEnumerable<SyscallStep> Become(uint uid, uint gid, int lastCapability)
    {
        for (int capability = 0; capability <= lastCapability; capability++)
        {
            yield return s_drops[capability];
        }

        yield return new("no group of the daemon's remains", setgroups, 0, NULL);
        yield return new("programs are a user of the jail's own", setresgid, gid, gid, gid);
        yield return new("programs are a user of the jail's own", setresuid, uid, uid, uid);
        yield return new("uid 0 means nothing, and stays so", prctl, Const(PR_SET_SECUREBITS), Securebits, 0, 0, 0);
        yield return new("no capability remains", prctl, Const(PR_CAP_AMBIENT), Const(PR_CAP_AMBIENT_CLEAR_ALL), 0, 0, 0);
        yield return new("no capability remains", capset, CapabilityHeader, Struct(new StructField("effective", 8, 0), new StructField("", 8, 0), new StructField("", 8, 0)));
    }

    /// <summary>Signals act as if the program had been started by hand: none is ignored, none is blocked.</summary>
    internal static IEnumerable<SyscallStep> DefaultSignals(IEnumerable<int> ignored)
    {
        foreach (int signal in ignored)
        {
            yield return new("a signal that the daemon ignores is not ignored", rt_sigaction, signal, Action(Named(0, "SIG_DFL")), NULL, SigsetSize);
        }

        yield return Unblock;
    }

    /// <summary>No signal is blocked.</summary>
    internal static SyscallStep Unblock { get; } =
        new("no signal is blocked", rt_sigprocmask, Const(SIG_SETMASK), Bytes([.. new byte[SigsetSize]], "[]"), NULL, SigsetSize);

    /// <summary>The kernel reaps the children that are left to PID 1.</summary>
    internal static SyscallStep ReapByKernel { get; } =
        new("the kernel reaps what is left to PID 1", rt_sigaction, Const(SIGCHLD), Action(Named(1, "SIG_IGN")), NULL, SigsetSize);

    private static Arg Securebits => Const(
        SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED
        | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
        "SECBIT_NOROOT|NO_SETUID_FIXUP|NO_CAP_AMBIENT_RAISE, locked");

    private static Arg CapabilityHeader => Struct(new StructField("version", 4, Const((ulong)_LINUX_CAPABILITY_VERSION_3, "_LINUX_CAPABILITY_VERSION_3")), new StructField("pid", 4, 0));

    private static Arg Action(Arg handler) => Struct(
        new StructField("sa_handler", 8, handler), new StructField("", 8, 0), new StructField("", 8, 0), new StructField("", 8, 0));
}
