using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/pidfd.h, sys/pidfd.h
public static partial class Libc
{
    public const ulong PIDFD_INFO_CGROUPID = 4;
    public const ulong PIDFD_INFO_EXIT = 8; // Since Linux 6.15
    public const uint PIDFD_GET_INFO = 0xC040FF0B; // _IOWR(0xFF, 11, the first 64 bytes of pidfd_info). Since Linux 6.13
}

/// <summary>What PIDFD_GET_INFO says of a process; the first published part.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct pidfd_info
{
    public ulong mask;
    public ulong cgroupid;
    public uint pid;
    public uint tgid;
    public uint ppid;
    public uint ruid;
    public uint rgid;
    public uint euid;
    public uint egid;
    public uint suid;
    public uint sgid;
    public uint fsuid;
    public uint fsgid;
    public int exit_code;
}
