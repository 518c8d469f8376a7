using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// sys/wait.h, bits/types/siginfo_t.h, sys/resource.h
public static partial class Libc
{
    public const int P_PIDFD = 3;
    public const int WEXITED = 4;

    public const int CLD_EXITED = 1;
    public const int CLD_DUMPED = 3;

    public const int RLIMIT_FSIZE = 1;
    public const int RLIMIT_STACK = 3;
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NPROC = 6;
    public const int RLIMIT_NOFILE = 7;
    public const int RLIMIT_MEMLOCK = 8;
    public const int RLIMIT_SIGPENDING = 11;
    public const int RLIMIT_MSGQUEUE = 12;
    public const int RLIMIT_NICE = 13;
    public const int RLIMIT_RTPRIO = 14;
    public const ulong RLIM64_INFINITY = ulong.MaxValue;
}

/// <summary>The part of siginfo_t that waitid fills; the rest of its 128 bytes is padding.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
public struct siginfo_t
{
    public int si_signo;
    public int si_errno;
    public int si_code;
    public int __pad0;
    public int si_pid;
    public uint si_uid;
    public int si_status;
}

/// <summary>A limit of a process and the most that it may be raised to.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct rlimit64
{
    public ulong rlim_cur;
    public ulong rlim_max;
}

/// <summary>A span of time.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct timeval
{
    public long tv_sec;
    public long tv_usec;
}

/// <summary>A span of time.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct timespec
{
    public long tv_sec;
    public long tv_nsec;
}

/// <summary>What a process and the children that it waited for have used; the fields that Linux fills.</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
public struct rusage
{
    public timeval ru_utime;
    public timeval ru_stime;
    public long ru_maxrss;
}
