using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

public static unsafe partial class UnixSocket
{
    /// <summary>Sends one message; of a stream, all of its bytes. No signal comes if the other end is closed.</summary>
    /// <param name="socket">The socket; non-blocking ones answer EAGAIN when there is no room.</param>
    /// <param name="data">The bytes; may be empty for a datagram.</param>
    /// <param name="fds">The files to hand over; they stay open here. At most <see cref="MaxFds"/>.</param>
    /// <param name="to">Where to, if the socket is not connected.</param>
    /// <exception cref="SyscallException">EMSGSIZE, ENOBUFS: too large for a datagram. EAGAIN: no room in time. EPIPE, ECONNREFUSED, ENOENT: nobody is there.</exception>
    public static void Send(SafeHandle socket, ReadOnlySpan<byte> data, ReadOnlySpan<SafeHandle> fds, UnixDomainSocketEndPoint? to = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fds.Length, MaxFds, nameof(fds));
        using FdLease fd = new(socket);
        int size = fds.IsEmpty ? 0 : ControlSpace(fds.Length);
        byte* control = stackalloc byte[size];
        ReadOnlySpan<byte> name = to is null ? default : Bytes(to);
        int held = 0;
        try
        {
            for (; held < fds.Length; held++)
            {
                bool added = false;
                fds[held].DangerousAddRef(ref added);
                ((int*)(control + sizeof(cmsghdr)))[held] = (int)fds[held].DangerousGetHandle();
            }

            if (size > 0)
            {
                *(cmsghdr*)control = new() { cmsg_len = (nuint)(sizeof(cmsghdr) + fds.Length * sizeof(int)), cmsg_level = Libc.SOL_SOCKET, cmsg_type = Libc.SCM_RIGHTS };
            }

            fixed (byte* start = data, address = name)
            {
                iovec part = new() { iov_base = start, iov_len = (nuint)data.Length };
                msghdr message = new()
                {
                    msg_name = address,
                    msg_namelen = (uint)name.Length,
                    msg_iov = &part,
                    msg_iovlen = data.IsEmpty ? 0u : 1,
                    msg_control = size > 0 ? control : null,
                    msg_controllen = (nuint)size,
                };
                SendAll(fd.Value, &message, &part);
            }
        }
        finally
        {
            while (held > 0)
            {
                fds[--held].DangerousRelease();
            }
        }
    }

    /// <summary>Receives one message, or what is there of a stream. The caller disposes the fds that came with it.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="maxFds">The most fds that may come: 0 to <see cref="MaxFds"/>.</param>
    /// <returns>The message; null if the socket is non-blocking and nothing is there.</returns>
    /// <exception cref="SyscallException">EMSGSIZE: more bytes of a datagram or more fds than there is room for; what came is closed.</exception>
    public static SocketMessage? Receive(SafeHandle socket, Span<byte> buffer, int maxFds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxFds, MaxFds);
        using FdLease fd = new(socket);
        int size = ControlSpace(maxFds);
        byte* control = stackalloc byte[size];
        fixed (byte* start = buffer)
        {
            iovec part = new() { iov_base = start, iov_len = (nuint)buffer.Length };
            msghdr message = new() { msg_iov = &part, msg_iovlen = 1, msg_control = control, msg_controllen = (nuint)size };
            nint length;
            while ((length = Libc.recvmsg(fd.Value, &message, Libc.MSG_CMSG_CLOEXEC)) < 0)
            {
                switch ((Errno)Marshal.GetLastPInvokeError())
                {
                    case Errno.EAGAIN:
                        return null;
                    case Errno.EINTR:
                        break;
                    default:
                        throw SyscallException.Last("recvmsg");
                }
            }

            SocketMessage received = new((int)length, TakeFds(control, (int)message.msg_controllen));
            if ((message.msg_flags & (Libc.MSG_CTRUNC | Libc.MSG_TRUNC)) == 0 && received.Fds.Length <= maxFds)
            {
                return received;
            }

            received.Dispose();
            throw new SyscallException("recvmsg", Errno.EMSGSIZE, received.Fds.Length > maxFds || (message.msg_flags & Libc.MSG_CTRUNC) != 0 ? "too many fds" : "too many bytes");
        }
    }

    // A stream may take a part at a time; the fds go with the first.
    private static void SendAll(int fd, msghdr* message, iovec* part)
    {
        while (true)
        {
            nint sent = Libc.sendmsg(fd, message, Libc.MSG_NOSIGNAL);
            if (sent < 0)
            {
                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    throw SyscallException.Last("sendmsg");
                }

                continue;
            }

            if ((nuint)sent >= part->iov_len)
            {
                return;
            }

            part->iov_base = (byte*)part->iov_base + sent;
            part->iov_len -= (nuint)sent;
            message->msg_control = null;
            message->msg_controllen = 0;
        }
    }

    private static ImmutableArray<SafeFileHandle> TakeFds(byte* control, int length)
    {
        ImmutableArray<SafeFileHandle>.Builder fds = ImmutableArray.CreateBuilder<SafeFileHandle>();
        for (int at = 0; at + sizeof(cmsghdr) <= length;)
        {
            cmsghdr* head = (cmsghdr*)(control + at);
            int end = at + (int)Math.Min(head->cmsg_len, (nuint)(length - at));
            if (end - at < sizeof(cmsghdr))
            {
                break;
            }

            if (head->cmsg_level == Libc.SOL_SOCKET && head->cmsg_type == Libc.SCM_RIGHTS)
            {
                for (byte* fd = (byte*)(head + 1); fd + sizeof(int) <= control + end; fd += sizeof(int))
                {
                    fds.Add(new SafeFileHandle(*(int*)fd, ownsHandle: true));
                }
            }

            at = Align(end);
        }

        return fds.ToImmutable();
    }

    private static int ControlSpace(int fds) => sizeof(cmsghdr) + Align(fds * sizeof(int));

    private static int Align(int length) => (length + sizeof(nuint) - 1) & -sizeof(nuint);
}
