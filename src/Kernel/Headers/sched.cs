using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/sched.h
public static partial class Libc
{
    public const ulong CLONE_NEWTIME = 0x80;
    public const ulong CLONE_VM = 0x100;
    public const ulong CLONE_FS = 0x200;
    public const ulong CLONE_VFORK = 0x4000;
    public const ulong CLONE_PIDFD = 0x1000;
    public const ulong CLONE_CHILD_CLEARTID = 0x00200000;
    public const ulong CLONE_NEWNS = 0x00020000;
    public const ulong CLONE_NEWCGROUP = 0x02000000;
    public const ulong CLONE_NEWUTS = 0x04000000;
    public const ulong CLONE_NEWIPC = 0x08000000;
    public const ulong CLONE_NEWUSER = 0x10000000;
    public const ulong CLONE_NEWPID = 0x20000000;
    public const ulong CLONE_NEWNET = 0x40000000;
    public const ulong CLONE_CLEAR_SIGHAND = 0x100000000;
    public const ulong CLONE_INTO_CGROUP = 0x200000000;
}

/// <summary>What clone3 makes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct clone_args
{
    public ulong flags;
    public ulong pidfd;
    public ulong child_tid;
    public ulong parent_tid;
    public ulong exit_signal;
    public ulong stack;
    public ulong stack_size;
    public ulong tls;
    public ulong set_tid;
    public ulong set_tid_size;
    public ulong cgroup;
}
