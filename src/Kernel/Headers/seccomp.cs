using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/seccomp.h, linux/filter.h, linux/bpf_common.h
public static partial class Libc
{
    public const uint SECCOMP_SET_MODE_FILTER = 1;
    public const uint SECCOMP_GET_ACTION_AVAIL = 2;

    public const uint SECCOMP_RET_KILL_PROCESS = 0x80000000;
    public const uint SECCOMP_RET_ERRNO = 0x00050000;
    public const uint SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    public const uint SECCOMP_RET_LOG = 0x7ffc0000;
    public const uint SECCOMP_RET_ALLOW = 0x7fff0000;
    public const uint SECCOMP_RET_DATA = 0x0000ffff;

    public const uint __X32_SYSCALL_BIT = 0x40000000;

    public const ushort BPF_LD = 0x00;
    public const ushort BPF_W = 0x00;
    public const ushort BPF_ABS = 0x20;
    public const ushort BPF_ALU = 0x04;
    public const ushort BPF_AND = 0x50;
    public const ushort BPF_JMP = 0x05;
    public const ushort BPF_JA = 0x00;
    public const ushort BPF_JEQ = 0x10;
    public const ushort BPF_JGT = 0x20;
    public const ushort BPF_JGE = 0x30;
    public const ushort BPF_JSET = 0x40;
    public const ushort BPF_K = 0x00;
    public const ushort BPF_RET = 0x06;
    public const int BPF_MAXINSNS = 4096;
}

/// <summary>One BPF instruction.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct sock_filter(ushort code, byte jt, byte jf, uint k);

/// <summary>What a filter sees of a call: the number, <c>AUDIT_ARCH_*</c>, the instruction pointer and the six arguments.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct seccomp_data
{
    public int nr;
    public uint arch;
    public ulong instruction_pointer;
    public ulong args0;
    public ulong args1;
    public ulong args2;
    public ulong args3;
    public ulong args4;
    public ulong args5;
}
