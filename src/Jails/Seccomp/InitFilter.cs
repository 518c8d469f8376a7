using System.Collections.Immutable;
using AgentSandbox.Kernel;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>The filter of a jail's PID 1: it may become its program, and pause.</summary>
internal static class InitFilter
{
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    /// <summary>The filter; every other call, and every foreign architecture, gets EPERM.</summary>
    internal static ImmutableArray<sock_filter> Program { get; } = Make(SyscallTable.Native);

    private static ImmutableArray<sock_filter> Make(SyscallTable table)
    {
        uint[] allowed = [.. new[] { Syscall.execveat, Syscall.pause, Syscall.ppoll, Syscall.restart_syscall }.Select(table.Number).OfType<int>().Select(n => (uint)n)];
        byte deny = (byte)allowed.Length;
        return
        [
            new(BPF_LD | BPF_W | BPF_ABS, 0, 0, ArchitectureOffset),
            new(BPF_JMP | BPF_JEQ | BPF_K, 0, (byte)(deny + 1), table.AuditArch),
            new(BPF_LD | BPF_W | BPF_ABS, 0, 0, NumberOffset),
            .. allowed.Select((number, i) => new sock_filter(BPF_JMP | BPF_JEQ | BPF_K, (byte)(allowed.Length - i), 0, number)),
            new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (uint)Errno.EPERM),
            new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW),
        ];
    }
}
