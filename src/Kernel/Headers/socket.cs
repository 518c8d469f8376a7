using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// sys/socket.h, asm-generic/socket.h
public static partial class Libc
{
    public const int AF_UNIX = 1;
    public const int SOL_SOCKET = 1;
    public const int SO_PEERPIDFD = 77;
    public const int SO_PEERCRED = 17;
    public const int SO_PEERGROUPS = 59;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int getsockopt(int socket, int level, int option, void* value, uint* length);
}

/// <summary>Who connected: pid, uid and gid at the moment of connect(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ucred
{
    public int pid;
    public uint uid;
    public uint gid;
}
