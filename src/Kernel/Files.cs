using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Files by fd: every handle is close-on-exec from birth, and belongs to the caller.</summary>
public static unsafe partial class Files
{
    private const int ReadChunk = 16 * 1024;

    /// <summary>Opens a directory or file to use as an anchor (<c>O_PATH</c>). The caller disposes it.</summary>
    /// <param name="path">The path; the last part must not be a symbolic link.</param>
    /// <exception cref="SyscallException">ENOENT: absent. ELOOP: a symbolic link. EACCES: a directory on the way may not be searched.</exception>
    /// <remarks>Source: open(2).</remarks>
    public static SafeFileHandle OpenAnchor(string path)
    {
        SafeFileHandle handle = Open(path, Libc.O_PATH | Libc.O_NOFOLLOW, 0);
        return handle;
    }

    /// <summary>open(2) with <paramref name="flags"/> and O_CLOEXEC. The caller disposes the handle.</summary>
    /// <exception cref="SyscallException">As open(2).</exception>
    public static SafeFileHandle Open(string path, int flags, uint mode = 0)
    {
        int fd;
        do
        {
            fd = Libc.open(path, flags | Libc.O_CLOEXEC, mode);
        }
        while (fd < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);

        return fd < 0 ? throw SyscallException.Last("open", path) : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>openat2(2): opens <paramref name="path"/> from <paramref name="directory"/> and never leaves it as <paramref name="resolve"/> says.
    /// The caller disposes the handle.</summary>
    /// <exception cref="SyscallException">ELOOP: a link that <paramref name="resolve"/> forbids. EXDEV: the path leads out. ENOENT: absent.</exception>
    public static SafeFileHandle OpenAt(SafeHandle directory, string path, int flags, ulong resolve)
    {
        nint fd = CallOpenAt(directory, path, flags, resolve);
        return fd < 0 ? throw SyscallException.Last("openat2", path) : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>As <see cref="OpenAt"/>; null if <paramref name="path"/> is absent.</summary>
    /// <exception cref="SyscallException">As <see cref="OpenAt"/>, but not ENOENT.</exception>
    public static SafeFileHandle? TryOpenAt(SafeHandle directory, string path, int flags, ulong resolve)
    {
        nint fd = CallOpenAt(directory, path, flags, resolve);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true)
            : Marshal.GetLastPInvokeError() == (int)Errno.ENOENT ? null
            : throw SyscallException.Last("openat2", path);
    }

    /// <summary>A detached copy of the mount tree at <paramref name="source"/>. The caller disposes it, and the tree goes with it.</summary>
    /// <param name="source">An fd from <see cref="OpenAnchor"/>.</param>
    /// <param name="recursive">True: with the mounts beneath it.</param>
    /// <exception cref="SyscallException">EPERM: no CAP_SYS_ADMIN. EINVAL: the mount may not be copied (unbindable).</exception>
    /// <remarks>Source: open_tree(2). Since Linux 5.2.</remarks>
    public static SafeFileHandle CloneTree(SafeHandle source, bool recursive)
    {
        using FdLease at = new(source);
        fixed (byte* empty = NulTerminated(""))
        {
            uint flags = Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC | Libc.AT_EMPTY_PATH | (recursive ? (uint)Libc.AT_RECURSIVE : 0);
            int fd = Libc.open_tree(at.Value, empty, flags);
            return fd < 0 ? throw SyscallException.Last("open_tree") : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    /// <summary>Sets attributes on a detached mount tree.</summary>
    /// <param name="tree">From <see cref="CloneTree"/>.</param>
    /// <param name="set">The MOUNT_ATTR_* to set.</param>
    /// <param name="idmap">The user namespace whose map the mount takes (with MOUNT_ATTR_IDMAP), or null.</param>
    /// <param name="recursive">True: on the mounts beneath it as well.</param>
    /// <exception cref="SyscallException">EINVAL: the file system cannot be idmapped, or is already. EPERM: no CAP_SYS_ADMIN over it.</exception>
    /// <remarks>Source: mount_setattr(2). Since Linux 5.12.</remarks>
    public static void SetMountAttributes(SafeHandle tree, ulong set, SafeHandle? idmap, bool recursive)
    {
        using FdLease at = new(tree);
        using FdLease map = new(idmap ?? tree);
        mount_attr attributes = new() { attr_set = set, userns_fd = idmap is null ? 0 : (ulong)map.Value };
        fixed (byte* empty = NulTerminated(""))
        {
            uint flags = Libc.AT_EMPTY_PATH | (recursive ? (uint)Libc.AT_RECURSIVE : 0);
            if (Libc.mount_setattr(at.Value, empty, flags, &attributes, (nuint)sizeof(mount_attr)) != 0)
            {
                throw SyscallException.Last("mount_setattr");
            }
        }
    }

    /// <summary>An anonymous file that holds <paramref name="content"/> and can never change. The caller disposes it.</summary>
    /// <param name="name">What /proc shows of it.</param>
    /// <param name="content">Its content.</param>
    /// <param name="executable">True: it may be executed and mapped so.</param>
    /// <exception cref="SyscallException">EACCES: <c>vm.memfd_noexec=2</c> forbids executable ones.</exception>
    /// <remarks>Source: memfd_create(2); MFD_EXEC and MFD_NOEXEC_SEAL since Linux 6.3, without them before (EINVAL).</remarks>
    public static SafeFileHandle CreateSealedMemory(string name, ReadOnlySpan<byte> content, bool executable)
    {
        const uint Sealable = Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING;
        int raw = Libc.memfd_create(name, Sealable | (executable ? Libc.MFD_EXEC : Libc.MFD_NOEXEC_SEAL));
        if (raw < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINVAL)
        {
            raw = Libc.memfd_create(name, Sealable);
        }

        SafeFileHandle memory = raw < 0 ? throw SyscallException.Last("memfd_create", name) : new SafeFileHandle(raw, ownsHandle: true);
        try
        {
            WriteAll(memory, content);
            if (Libc.fcntl(raw, Libc.F_ADD_SEALS, Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE) != 0)
            {
                throw SyscallException.Last("fcntl", "F_ADD_SEALS");
            }

            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>A second handle on what <paramref name="file"/> is open on. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EMFILE: too many open files.</exception>
    public static SafeFileHandle Duplicate(SafeHandle file)
    {
        const int AboveStdio = 3;
        using FdLease fd = new(file);
        int copy = Libc.fcntl(fd.Value, Libc.F_DUPFD_CLOEXEC, AboveStdio);
        return copy < 0 ? throw SyscallException.Last("fcntl", "F_DUPFD_CLOEXEC") : new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>A pipe. The caller disposes both ends.</summary>
    /// <exception cref="SyscallException">EMFILE, ENFILE: too many open files.</exception>
    public static (SafeFileHandle Read, SafeFileHandle Write) CreatePipe()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
        {
            throw SyscallException.Last("pipe2");
        }

        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Reads what is there, at most <paramref name="buffer"/>'s length; 0 at the end.</summary>
    /// <exception cref="SyscallException">As read(2); a terminal whose other side is closed says EIO.</exception>
    public static int Read(SafeHandle file, Span<byte> buffer)
    {
        using FdLease fd = new(file);
        fixed (byte* start = buffer)
        {
            nint count;
            while ((count = Libc.read(fd.Value, start, (nuint)buffer.Length)) < 0)
            {
                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    throw SyscallException.Last("read");
                }
            }

            return (int)count;
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="SyscallException">As read(2).</exception>
    public static byte[] ReadAll(SafeHandle file)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadChunk);
        try
        {
            int length = 0;
            for (int count; (count = Read(file, buffer.AsSpan(length))) > 0;)
            {
                length += count;
                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes all of <paramref name="content"/>.</summary>
    /// <exception cref="SyscallException">As write(2).</exception>
    public static void WriteAll(SafeHandle file, ReadOnlySpan<byte> content)
    {
        using FdLease fd = new(file);
        fixed (byte* start = content)
        {
            for (int done = 0; done < content.Length;)
            {
                nint count = Libc.write(fd.Value, start + done, (nuint)(content.Length - done));
                if (count >= 0)
                {
                    done += (int)count;
                }
                else if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    throw SyscallException.Last("write");
                }
            }
        }
    }

    /// <summary>Waits until <paramref name="file"/> has one of <paramref name="events"/> (POLL*), an error or a hang-up.</summary>
    /// <param name="file">The fd.</param>
    /// <param name="events">POLLIN, POLLOUT.</param>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>False if the time ran out.</returns>
    public static bool Poll(SafeHandle file, short events, TimeSpan timeout)
    {
        using FdLease fd = new(file);
        pollfd one = new() { fd = fd.Value, events = events };
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            double left = timeout == Timeout.InfiniteTimeSpan ? -1 : Math.Max(0, (timeout - Stopwatch.GetElapsedTime(start)).TotalMilliseconds);
            int ready = Libc.poll(&one, 1, (int)Math.Min(int.MaxValue, Math.Ceiling(left)));
            if (ready >= 0)
            {
                return ready > 0;
            }

            if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
            {
                throw SyscallException.Last("poll");
            }
        }
    }

    private static nint CallOpenAt(SafeHandle directory, string path, int flags, ulong resolve)
    {
        using FdLease at = new(directory);
        open_how how = new() { flags = (ulong)(uint)(flags | Libc.O_CLOEXEC), resolve = resolve };
        fixed (byte* name = NulTerminated(path))
        {
            nint fd;
            do
            {
                fd = Libc.syscall(Libc.NumberOf(Syscall.openat2), at.Value, (nint)name, (nint)(&how), sizeof(open_how), 0, 0);
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() is (int)Errno.EINTR or (int)Errno.EAGAIN);

            return fd;
        }
    }

    private static byte[] NulTerminated(string path) => [.. System.Text.Encoding.UTF8.GetBytes(path), 0];
}
