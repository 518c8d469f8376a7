using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Unix sockets as .NET's own cannot be used: with file descriptors in the messages. Every handle is close-on-exec from birth.</summary>
/// <remarks>Source: unix(7), cmsg(3).</remarks>
public static unsafe partial class UnixSocket
{
    /// <summary>The most fds that the kernel takes in one message (SCM_MAX_FD).</summary>
    public const int MaxFds = 253;

    /// <summary>A socket that is not connected yet. The caller disposes it.</summary>
    /// <param name="type">SOCK_STREAM or SOCK_DGRAM.</param>
    /// <exception cref="SyscallException">EMFILE, ENFILE: too many open files.</exception>
    public static SafeFileHandle Open(int type)
    {
        int fd = Libc.socket(Libc.AF_UNIX, type | Libc.SOCK_CLOEXEC, 0);
        return fd < 0 ? throw SyscallException.Last("socket", "AF_UNIX") : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Two sockets that are connected with each other. The caller disposes both.</summary>
    /// <param name="type">SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET.</param>
    /// <exception cref="SyscallException">EMFILE, ENFILE: too many open files.</exception>
    public static (SafeFileHandle One, SafeFileHandle Other) CreatePair(int type)
    {
        int* ends = stackalloc int[2];
        return Libc.socketpair(Libc.AF_UNIX, type | Libc.SOCK_CLOEXEC, 0, ends) != 0
            ? throw SyscallException.Last("socketpair")
            : (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Connects <paramref name="socket"/> with <paramref name="address"/>.</summary>
    /// <param name="socket">From <see cref="Open"/>.</param>
    /// <param name="address">A path, or an abstract name after a NUL.</param>
    /// <exception cref="SyscallException">ENOENT: no such socket. ECONNREFUSED: nobody listens. EACCES: it may not be written.</exception>
    public static void Connect(SafeHandle socket, UnixDomainSocketEndPoint address)
    {
        using FdLease fd = new(socket);
        ReadOnlySpan<byte> name = Bytes(address);
        fixed (byte* start = name)
        {
            while (Libc.connect(fd.Value, start, (uint)name.Length) != 0)
            {
                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    throw SyscallException.Last("connect", $"{address}");
                }
            }
        }
    }

    /// <summary>Asks for room for <paramref name="bytes"/> of messages that are not read yet: as much as is allowed.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void SetSendBuffer(SafeHandle socket, int bytes)
    {
        using FdLease fd = new(socket);
        if (Libc.setsockopt(fd.Value, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, &bytes, sizeof(int)) != 0
            && Libc.setsockopt(fd.Value, Libc.SOL_SOCKET, Libc.SO_SNDBUF, &bytes, sizeof(int)) != 0)
        {
            throw SyscallException.Last("setsockopt", nameof(Libc.SO_SNDBUF));
        }
    }

    /// <summary>A send that cannot be done in <paramref name="timeout"/> fails with EAGAIN.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void SetSendTimeout(SafeHandle socket, TimeSpan timeout) => SetTimeout(socket, Libc.SO_SNDTIMEO, timeout);

    /// <summary>When nothing comes in <paramref name="timeout"/>, <see cref="Receive"/> returns as if the socket did not block.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void SetReceiveTimeout(SafeHandle socket, TimeSpan timeout) => SetTimeout(socket, Libc.SO_RCVTIMEO, timeout);

    /// <summary>What kind of socket <paramref name="file"/> is; null if it is none.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static SocketKind? ReadKind(SafeHandle file)
    {
        using FdLease fd = new(file);
        int type = ReadOption(fd.Value, Libc.SO_TYPE);
        return type < 0 ? null : new(ReadOption(fd.Value, Libc.SO_DOMAIN), type, ReadOption(fd.Value, Libc.SO_ACCEPTCONN) != 0);
    }

    private static void SetTimeout(SafeHandle socket, int option, TimeSpan timeout)
    {
        using FdLease fd = new(socket);
        timeval value = new() { tv_sec = timeout.Ticks / TimeSpan.TicksPerSecond, tv_usec = timeout.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond };
        if (Libc.setsockopt(fd.Value, Libc.SOL_SOCKET, option, &value, (uint)sizeof(timeval)) != 0)
        {
            throw SyscallException.Last("setsockopt", option == Libc.SO_SNDTIMEO ? nameof(Libc.SO_SNDTIMEO) : nameof(Libc.SO_RCVTIMEO));
        }
    }

    // -1 if the fd is no socket.
    private static int ReadOption(int fd, int option)
    {
        int value = 0;
        uint size = sizeof(int);
        if (Libc.getsockopt(fd, Libc.SOL_SOCKET, option, &value, &size) == 0)
        {
            return value;
        }

        return Marshal.GetLastPInvokeError() == (int)Errno.ENOTSOCK ? -1 : throw SyscallException.Last("getsockopt");
    }

    private static ReadOnlySpan<byte> Bytes(UnixDomainSocketEndPoint address)
    {
        System.Net.SocketAddress name = address.Serialize();
        return name.Buffer.Span[..name.Size];
    }
}
