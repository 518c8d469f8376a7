using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The last steps before a program runs.</summary>
internal static class LockdownSteps
{
    /// <summary>No later execve gives privileges.</summary>
    internal static SyscallStep NoNewPrivileges { get; } =
        new("no setuid program gives privileges; seccomp and Landlock need it", prctl, Const(PR_SET_NO_NEW_PRIVS), 1, 0, 0, 0);

    /// <summary>Files, ports and signals are fenced a second time.</summary>
    /// <param name="abi">The ABI that the ruleset was made for.</param>
    internal static SyscallStep Landlock(int abi) =>
        new($"Landlock fences what the mounts allow (ABI {abi})", landlock_restrict_self, Fd(JailSlots.Landlock), 0);

    /// <summary>Only the calls of the profile remain. Nothing but execve may follow.</summary>
    internal static SyscallStep Filter(ImmutableArray<sock_filter> filter)
    {
        Arg program = Struct(
            new StructField("len", 2, filter.Length),
            new StructField("", 2, 0),
            new StructField("", 4, 0),
            new StructField("filter", 8, Bytes([.. MemoryMarshal.AsBytes(filter.AsSpan())])));
        return new("only the profile's system calls remain", seccomp, Const((ulong)SECCOMP_SET_MODE_FILTER, nameof(SECCOMP_SET_MODE_FILTER)), 0, program);
    }

    /// <summary>No fd from <paramref name="first"/> on reaches the program.</summary>
    internal static SyscallStep CloseOnExec(int first) =>
        new("no fd of the daemon reaches the jail", close_range, first, Named(uint.MaxValue, "~0U"), Const((ulong)CLOSE_RANGE_CLOEXEC, nameof(CLOSE_RANGE_CLOEXEC)));

    /// <summary>No fd from <paramref name="first"/> on is open any more.</summary>
    internal static SyscallStep Close(int first) =>
        new("no fd of the daemon can be a working directory", close_range, first, Named(uint.MaxValue, "~0U"), 0);
}
