using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

// What copies of trees need: all of a file but its name, by the fd that is open on it.
public static unsafe partial class Files
{
    /// <summary>Gives <paramref name="to"/>, an empty file, the content of <paramref name="from"/>: shared where the file system can, else copied. Holes stay holes.</summary>
    /// <param name="from">Open for reading.</param>
    /// <param name="to">Open for writing.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <exception cref="SyscallException">ENOSPC: no space is left. As copy_file_range(2).</exception>
    /// <remarks>Source: ioctl_ficlone(2), copy_file_range(2), lseek(2).</remarks>
    public static void CopyContent(SafeHandle from, SafeHandle to, long length)
    {
        using FdLease source = new(from);
        using FdLease target = new(to);
        if (Libc.ioctl(target.Value, Libc.FICLONE, (void*)source.Value) == 0)
        {
            return;
        }

        for (long start = 0; start < length;)
        {
            start = Libc.lseek(source.Value, start, Libc.SEEK_DATA);
            if (start < 0)
            {
                if (Marshal.GetLastPInvokeError() == (int)Errno.ENXIO)
                {
                    break; // a hole up to the end
                }

                throw SyscallException.Last("lseek", "SEEK_DATA");
            }

            long end = Libc.lseek(source.Value, start, Libc.SEEK_HOLE);
            CopyRange(source.Value, target.Value, start, end < 0 ? throw SyscallException.Last("lseek", "SEEK_HOLE") : end);
            start = end;
        }

        SetLength(to, length);
    }

    private static void CopyRange(int source, int target, long start, long end)
    {
        while (start < end)
        {
            long there = start;
            nint count = Libc.copy_file_range(source, &start, target, &there, (nuint)(end - start), 0);
            if (count == 0)
            {
                return; // it is shorter than it was
            }

            if (count < 0)
            {
                if (Marshal.GetLastPInvokeError() != (int)Errno.EXDEV)
                {
                    throw SyscallException.Last("copy_file_range");
                }

                CopyBytes(source, target, start, end); // from one file system to another
                return;
            }
        }
    }

    private static void CopyBytes(int source, int target, long start, long end)
    {
        const int Chunk = 64 * 1024;
        byte* buffer = stackalloc byte[Chunk];
        while (start < end)
        {
            nint count = Libc.pread(source, buffer, (nuint)Math.Min(Chunk, end - start), start);
            if (count <= 0)
            {
                if (count < 0)
                {
                    throw SyscallException.Last("pread");
                }

                return; // it is shorter than it was
            }

            for (nint done = 0; done < count;)
            {
                nint written = Libc.pwrite(target, buffer + done, (nuint)(count - done), start + done);
                done += written < 0 ? throw SyscallException.Last("pwrite") : written;
            }

            start += count;
        }
    }

    /// <summary>The extended attributes of the file that <paramref name="file"/>, an O_PATH fd of no link, stands for.</summary>
    /// <exception cref="SyscallException">As listxattr(2) and getxattr(2).</exception>
    public static IReadOnlyList<(string Name, byte[] Value)> ReadAttributes(SafeHandle file)
    {
        const int MostBytes = 65536; // XATTR_LIST_MAX and XATTR_SIZE_MAX of linux/limits.h
        byte[] buffer = new byte[MostBytes];
        List<(string, byte[])> attributes = [];
        using FdLease fd = new(file);
        fixed (byte* path = NulTerminated(ProcPath(fd.Value)), start = buffer)
        {
            nint length = Libc.listxattr(path, start, MostBytes);
            if (length < 0)
            {
                return (Errno)Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP ? [] : throw SyscallException.Last("listxattr");
            }

            foreach (string name in Encoding.UTF8.GetString(buffer, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                fixed (byte* key = NulTerminated(name))
                {
                    nint size = Libc.getxattr(path, key, start, MostBytes);
                    attributes.Add(size < 0 ? throw SyscallException.Last("getxattr", name) : (name, buffer[..(int)size]));
                }
            }
        }

        return attributes;
    }

    /// <summary>Gives the file that <paramref name="file"/>, an O_PATH fd of no link, stands for an extended attribute.</summary>
    /// <exception cref="SyscallException">ENOSPC: no space is left. As setxattr(2).</exception>
    public static void SetAttribute(SafeHandle file, string name, ReadOnlySpan<byte> value)
    {
        using FdLease fd = new(file);
        fixed (byte* path = NulTerminated(ProcPath(fd.Value)), key = NulTerminated(name), start = value)
        {
            Check(Libc.setxattr(path, key, start, (nuint)value.Length, 0), "setxattr", Encoding.UTF8.GetBytes(name));
        }
    }

    /// <summary>Takes an extended attribute from the file that <paramref name="file"/>, an O_PATH fd of no link, stands for.</summary>
    /// <exception cref="SyscallException">ENODATA: it has none of that name. As removexattr(2).</exception>
    public static void RemoveAttribute(SafeHandle file, string name)
    {
        using FdLease fd = new(file);
        fixed (byte* path = NulTerminated(ProcPath(fd.Value)), key = NulTerminated(name))
        {
            Check(Libc.removexattr(path, key), "removexattr", Encoding.UTF8.GetBytes(name));
        }
    }

    /// <summary>Makes a file that is none of the usual: a device, FIFO or socket.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="mode">S_IFCHR and so on, with the permissions.</param>
    /// <param name="device">The number of a device.</param>
    /// <exception cref="SyscallException">EEXIST: something is there. As mknod(2).</exception>
    public static void MakeSpecial(SafeHandle directory, ReadOnlySpan<byte> name, uint mode, ulong device)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name))
        {
            Check(Libc.mknodat(at.Value, path, mode, device), "mknodat", name);
        }
    }

    /// <summary>Gives <paramref name="name"/> in <paramref name="directory"/> an owner; a link gets it itself.</summary>
    /// <exception cref="SyscallException">EPERM: no CAP_CHOWN.</exception>
    public static void ChangeOwner(SafeHandle directory, ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name))
        {
            Check(Libc.fchownat(at.Value, path, uid, gid, Libc.AT_SYMLINK_NOFOLLOW), "fchownat", name);
        }
    }

    /// <summary>Gives the file that <paramref name="file"/>, an O_PATH fd of no link, stands for a mode.</summary>
    /// <exception cref="SyscallException">As chmod(2).</exception>
    public static void ChangeMode(SafeHandle file, uint mode)
    {
        using FdLease fd = new(file);
        fixed (byte* path = NulTerminated(ProcPath(fd.Value)))
        {
            Check(Libc.fchmodat(Libc.AT_FDCWD, path, mode, 0), "fchmod", []);
        }
    }

    /// <summary>Gives <paramref name="name"/> in <paramref name="directory"/> times; a link gets them itself.</summary>
    /// <exception cref="SyscallException">As utimensat(2).</exception>
    public static void SetTimes(SafeHandle directory, ReadOnlySpan<byte> name, statx_timestamp accessed, statx_timestamp modified)
    {
        using FdLease at = new(directory);
        timespec* times = stackalloc timespec[2];
        times[0] = new timespec { tv_sec = accessed.tv_sec, tv_nsec = accessed.tv_nsec };
        times[1] = new timespec { tv_sec = modified.tv_sec, tv_nsec = modified.tv_nsec };
        fixed (byte* path = NulTerminated(name))
        {
            Check(Libc.utimensat(at.Value, path, times, Libc.AT_SYMLINK_NOFOLLOW), "utimensat", name);
        }
    }

    /// <summary>Returns when what was written to <paramref name="file"/>, or to a directory, outlives a crash of the host.</summary>
    /// <exception cref="SyscallException">As fsync(2).</exception>
    public static void Sync(SafeHandle file)
    {
        using FdLease fd = new(file);
        Check(Libc.fsync(fd.Value), "fsync", []);
    }

    /// <summary>As <see cref="Sync"/>, without what nobody needs to read it again, as its times.</summary>
    /// <exception cref="SyscallException">As fdatasync(2).</exception>
    public static void SyncData(SafeHandle file)
    {
        using FdLease fd = new(file);
        Check(Libc.fdatasync(fd.Value), "fdatasync", []);
    }

    /// <summary>Returns when all that was written to the file system of <paramref name="file"/> outlives a crash of the host.</summary>
    /// <exception cref="SyscallException">As syncfs(2).</exception>
    public static void SyncFileSystem(SafeHandle file)
    {
        using FdLease fd = new(file);
        Check(Libc.syncfs(fd.Value), "syncfs", []);
    }

    /// <summary>Gives a file a length; what is added is a hole.</summary>
    /// <exception cref="SyscallException">EFBIG: the file system does not take it. As ftruncate(2).</exception>
    public static void SetLength(SafeHandle file, long length)
    {
        using FdLease fd = new(file);
        Check(Libc.ftruncate(fd.Value, length), "ftruncate", []);
    }

    /// <summary>How much room the file system of <paramref name="file"/> has.</summary>
    /// <exception cref="SyscallException">As fstatfs(2).</exception>
    public static statfs Space(SafeHandle file)
    {
        using FdLease fd = new(file);
        statfs result = default;
        return Libc.syscall(Libc.NumberOf(Syscall.fstatfs), fd.Value, (nint)(&result), 0, 0, 0, 0) == 0 ? result : throw SyscallException.Last("fstatfs");
    }

    private static string ProcPath(int fd) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}");
}
