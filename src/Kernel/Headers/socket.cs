using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// sys/socket.h, asm-generic/socket.h, linux/uio.h
public static partial class Libc
{
    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;
    public const int SOCK_SEQPACKET = 5;
    public const int SOL_SOCKET = 1;
    public const int SO_TYPE = 3;
    public const int SO_SNDBUF = 7;
    public const int SO_PEERCRED = 17;
    public const int SO_RCVTIMEO = 20;
    public const int SO_SNDTIMEO = 21;
    public const int SO_ACCEPTCONN = 30;
    public const int SO_SNDBUFFORCE = 32;
    public const int SO_DOMAIN = 39;
    public const int SO_PEERGROUPS = 59;
    public const int SO_PEERPIDFD = 77;
    public const int SCM_RIGHTS = 1;
    public const int MSG_CTRUNC = 0x8;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int socketpair(int domain, int type, int protocol, int* sockets);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int connect(int socket, void* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int getsockopt(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint sendmsg(int socket, msghdr* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint recvmsg(int socket, msghdr* message, int flags);
}

/// <summary>A piece of memory.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct iovec
{
    public void* iov_base;
    public nuint iov_len;
}

/// <summary>A message of a socket: to whom, the bytes, and the control data.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct msghdr
{
    public void* msg_name;
    public uint msg_namelen;
    public iovec* msg_iov;
    public nuint msg_iovlen;
    public void* msg_control;
    public nuint msg_controllen;
    public int msg_flags;
}

/// <summary>The head of a piece of control data; its bytes follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct cmsghdr
{
    public nuint cmsg_len;
    public int cmsg_level;
    public int cmsg_type;
}

/// <summary>Who is at the other end of a Unix socket.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ucred
{
    public int pid;
    public uint uid;
    public uint gid;
}
