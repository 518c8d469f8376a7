using System.Collections.Frozen;

namespace AgentSandbox.Kernel;

/// <summary>The arguments that filters may check, call by call. A call that is not here has none that is worth it or safe to check.</summary>
/// <remarks>
/// Pointers are left out on purpose: another thread can change what they point to after the check. The widths are those of the
/// kernel's <c>SYSCALL_DEFINE</c>s on 64-bit machines; <c>umode_t</c> has 16 bits, and no flag above them. <c>clone</c> takes an
/// unsigned long but keeps its low 32 bits only (<c>lower_32_bits</c> in kernel/fork.c); its flags come first on both x86-64 and arm64.
/// </remarks>
public static class SyscallArguments
{
    private static readonly FrozenDictionary<Syscall, SyscallArgument[]> s_arguments = new Dictionary<Syscall, SyscallArgument[]>
    {
        [Syscall.arch_prctl] = [new("code", 0, 32, "ARCH_")],
        [Syscall.chmod] = [new("mode", 1, 32, "S_")],
        [Syscall.clone] = [new("flags", 0, 32, "CLONE_")],
        [Syscall.creat] = [new("mode", 1, 32, "S_")],
        [Syscall.fchmod] = [new("mode", 1, 32, "S_")],
        [Syscall.fchmodat] = [new("mode", 2, 32, "S_")],
        [Syscall.fchmodat2] = [new("mode", 2, 32, "S_")],
        [Syscall.fcntl] = [new("cmd", 1, 32, "F_")],
        [Syscall.ioctl] = [new("request", 1, 32, "FI", "FS_IOC", "TC", "TIOC")],
        [Syscall.ioprio_set] = [new("ioprio", 2, 32, "IOPRIO_")],
        [Syscall.mknod] = [new("mode", 1, 32, "S_")],
        [Syscall.mknodat] = [new("mode", 2, 32, "S_")],
        [Syscall.mmap] = [new("prot", 2, 64, "PROT_"), new("flags", 3, 64, "MAP_")],
        [Syscall.mprotect] = [new("prot", 2, 64, "PROT_")],
        [Syscall.open] = [new("flags", 1, 32, "O_", "__O_"), new("mode", 2, 32, "S_")],
        [Syscall.openat] = [new("flags", 2, 32, "O_", "__O_"), new("mode", 3, 32, "S_")],
        [Syscall.personality] = [new("persona", 0, 32, "PER_")],
        [Syscall.prctl] = [new("op", 0, 32, "PR_")],
        [Syscall.sched_setscheduler] = [new("policy", 1, 32, "SCHED_")],
        [Syscall.seccomp] = [new("operation", 0, 32, "SECCOMP_"), new("flags", 1, 32, "SECCOMP_FILTER_FLAG_")],
        [Syscall.setsockopt] = [new("level", 1, 32, "IPPROTO_", "SOL_"), new("optname", 2, 32, "SO_", "TCP_")],
        [Syscall.socket] = [new("domain", 0, 32, "AF_"), new("type", 1, 32, "SOCK_"), new("protocol", 2, 32, "IPPROTO_", "NETLINK_")],
        [Syscall.socketpair] = [new("domain", 0, 32, "AF_"), new("type", 1, 32, "SOCK_"), new("protocol", 2, 32, "IPPROTO_")],
    }.ToFrozenDictionary();

    /// <summary>The arguments of <paramref name="call"/> that can be checked; empty if none can.</summary>
    public static IReadOnlyList<SyscallArgument> Of(Syscall call) => s_arguments.GetValueOrDefault(call, []);

    /// <summary>The argument called <paramref name="name"/>, or null.</summary>
    public static SyscallArgument? Find(Syscall call, string name) => Of(call).FirstOrDefault(argument => argument.Name == name);
}
