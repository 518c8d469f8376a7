using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Who is at the other end of a connected Unix socket: what the kernel noted when it connected. Nothing that the peer does later changes it,
/// and whoever it hands the socket to is taken for it.</summary>
/// <remarks>Source: unix(7), "SO_PEERCRED"; SO_PEERGROUPS since Linux 4.13, SO_PEERPIDFD since Linux 6.5.</remarks>
public sealed unsafe class PeerCredentials : IDisposable
{
    private const int UsualGroups = 32;

    private PeerCredentials(ucred peer, ImmutableArray<uint> groups)
    {
        Pid = peer.pid;
        Identity = new UnixIdentity(peer.uid, peer.gid, groups);
    }

    /// <summary>The user and groups.</summary>
    public UnixIdentity Identity { get; }

    /// <summary>The pid, or 0 if it has none in our pid namespace. A hint only: the process may have ended and its number be another's by now.</summary>
    public int Pid { get; }

    /// <summary>Holds the process itself, whatever becomes of its pid. Null on kernels without SO_PEERPIDFD; this object owns it.</summary>
    public SafeFileHandle? Pidfd { get; private init; }

    /// <summary>True if the kernel can hold the process, and it had ended before we asked.</summary>
    public bool HasEnded { get; private init; }

    /// <summary>Reads the peer of <paramref name="socket"/>. The caller disposes it.</summary>
    /// <exception cref="SyscallException">ENOPROTOOPT, ENODATA, ENOTCONN: no connected Unix socket. EMFILE: too many open files.</exception>
    public static PeerCredentials Read(SafeHandle socket)
    {
        using FdLease fd = new(socket);
        ucred peer = default;
        uint length = (uint)sizeof(ucred);
        if (Libc.getsockopt(fd.Value, Libc.SOL_SOCKET, Libc.SO_PEERCRED, &peer, &length) != 0)
        {
            throw SyscallException.Last("getsockopt", nameof(Libc.SO_PEERCRED));
        }

        ImmutableArray<uint> groups = ReadGroups(fd.Value);
        SafeFileHandle? pidfd = OpenProcess(fd.Value, out bool ended);
        return new PeerCredentials(peer, groups) { Pidfd = pidfd, HasEnded = ended || (pidfd is not null && HasExited(pidfd)) };
    }

    /// <summary>The user namespace of the process as <c>user:[4026531837]</c>; null if that cannot be proved: no pidfd, or the process has ended.</summary>
    public string? ReadUserNamespace() => ReadProven(process => Files.ReadLink(process, "ns/user"));

    /// <summary>The lines of the process's <c>/proc/PID/cgroup</c>; null if it cannot be proved that they are its own.</summary>
    /// <remarks>Source: cgroups(7), "/proc/pid/cgroup".</remarks>
    public string[]? ReadCgroups() => ReadProven(process =>
    {
        using SafeFileHandle file = Files.OpenAt(process, "cgroup", Libc.O_RDONLY, Libc.RESOLVE_BENEATH);
        return System.Text.Encoding.UTF8.GetString(Files.ReadAll(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    });

    /// <summary>Lets go of the process.</summary>
    public void Dispose() => Pidfd?.Dispose();

    // What /proc says under a number is the peer's own if the peer still lives after it was read.
    private T? ReadProven<T>(Func<SafeFileHandle, T> read)
        where T : class
    {
        if (Pidfd is null || Pid == 0)
        {
            return null;
        }

        try
        {
            using SafeFileHandle process = Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}"), Libc.O_PATH | Libc.O_DIRECTORY);
            T value = read(process);
            return HasExited(Pidfd) ? null : value;
        }
        catch (SyscallException gone) when (gone.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            return null;
        }
    }

    private static bool HasExited(SafeFileHandle pidfd) => Files.Poll(pidfd, Libc.POLLIN, TimeSpan.Zero);

    private static ImmutableArray<uint> ReadGroups(int socket)
    {
        uint[] groups = new uint[UsualGroups];
        while (true)
        {
            uint length = (uint)groups.Length * sizeof(uint);
            fixed (uint* start = groups)
            {
                if (Libc.getsockopt(socket, Libc.SOL_SOCKET, Libc.SO_PEERGROUPS, start, &length) == 0)
                {
                    return [.. groups.AsSpan(0, (int)(length / sizeof(uint)))];
                }
            }

            if (Marshal.GetLastPInvokeError() != (int)Errno.ERANGE)
            {
                throw SyscallException.Last("getsockopt", nameof(Libc.SO_PEERGROUPS));
            }

            groups = new uint[length / sizeof(uint)]; // the kernel says how many there are
        }
    }

    private static SafeFileHandle? OpenProcess(int socket, out bool ended)
    {
        int pidfd = -1;
        uint length = sizeof(int);
        ended = false;
        if (Libc.getsockopt(socket, Libc.SOL_SOCKET, Libc.SO_PEERPIDFD, &pidfd, &length) == 0)
        {
            return new SafeFileHandle(pidfd, ownsHandle: true);
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        ended = errno is Errno.ESRCH or Errno.EINVAL; // reaped already: which of the two depends on the kernel
        return ended || errno == Errno.ENOPROTOOPT ? null : throw SyscallException.Last("getsockopt", nameof(Libc.SO_PEERPIDFD));
    }
}
