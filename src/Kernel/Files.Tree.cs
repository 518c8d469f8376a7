using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

// Names here are bytes, relative to a directory, and never lead through a link.
public static unsafe partial class Files
{
    private const ulong Beneath = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS | Libc.RESOLVE_NO_XDEV;

    /// <summary>Opens <paramref name="path"/> beneath <paramref name="directory"/>, on the same mount. With O_PATH a link at its end is opened itself.
    /// The caller disposes the handle.</summary>
    /// <param name="directory">From where.</param>
    /// <param name="path">Relative; <c>.</c> for the directory itself.</param>
    /// <param name="flags">O_*; O_CLOEXEC, O_NOFOLLOW and O_NONBLOCK are added.</param>
    /// <param name="mode">The mode of a file that is made.</param>
    /// <exception cref="SyscallException">ENOENT: absent. ELOOP: there is a link. EXDEV: it leads out, or to another mount. As open(2).</exception>
    public static SafeFileHandle OpenBeneath(SafeHandle directory, ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        using FdLease at = new(directory);
        int more = (flags & Libc.O_PATH) != 0 ? 0 : Libc.O_NONBLOCK;
        open_how how = new() { flags = (ulong)(uint)(flags | more | Libc.O_NOFOLLOW | Libc.O_CLOEXEC), mode = mode, resolve = Beneath };
        fixed (byte* name = NulTerminated(path))
        {
            nint fd;
            do
            {
                fd = Libc.syscall(Libc.NumberOf(Syscall.openat2), at.Value, (nint)name, (nint)(&how), sizeof(open_how), 0, 0);
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);

            return fd < 0 ? throw LastOf("openat2", path) : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    /// <summary>Opens for other uses what <paramref name="file"/>, an O_PATH fd, stands for: the very same file. The caller disposes the handle.</summary>
    /// <exception cref="SyscallException">EACCES: this thread may not. As open(2).</exception>
    /// <remarks>Source: open(2), O_PATH.</remarks>
    public static SafeFileHandle Reopen(SafeHandle file, int flags)
    {
        using FdLease fd = new(file);
        return Open(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{fd.Value}"), flags | Libc.O_NONBLOCK | Libc.O_NOCTTY);
    }

    /// <summary>The next entries of a directory, without <c>.</c> and <c>..</c>, in no order; false at the end.</summary>
    /// <param name="directory">Open for reading.</param>
    /// <param name="buffer">Working space: 300 bytes or more.</param>
    /// <param name="entries">Where they are added.</param>
    /// <exception cref="SyscallException">ENOENT: the directory was removed. As getdents64(2).</exception>
    public static bool ReadEntries(SafeHandle directory, Span<byte> buffer, ICollection<DirectoryEntry> entries)
    {
        using FdLease fd = new(directory);
        fixed (byte* start = buffer)
        {
            nint length = Libc.getdents64(fd.Value, start, (nuint)buffer.Length);
            if (length < 0)
            {
                throw SyscallException.Last("getdents64");
            }

            for (byte* next = start; next < start + length;)
            {
                dirent64* entry = (dirent64*)next;
                byte[] name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(&entry->d_name0).ToArray();
                if (!name.AsSpan().SequenceEqual("."u8) && !name.AsSpan().SequenceEqual(".."u8))
                {
                    entries.Add(new DirectoryEntry(name, entry->d_type));
                }

                next += entry->d_reclen;
            }

            return length > 0;
        }
    }

    /// <summary>The next <see cref="ReadEntries"/> begins at the first.</summary>
    /// <exception cref="SyscallException">As lseek(2).</exception>
    public static void Rewind(SafeHandle directory)
    {
        using FdLease fd = new(directory);
        if (Libc.lseek(fd.Value, 0, Libc.SEEK_SET) < 0)
        {
            throw SyscallException.Last("lseek");
        }
    }

    /// <summary>What <paramref name="name"/> in <paramref name="directory"/> is; a link is not followed.</summary>
    /// <exception cref="SyscallException">ENOENT: absent.</exception>
    public static statx Stat(SafeHandle directory, ReadOnlySpan<byte> name) =>
        TryStat(directory, name) ?? throw new SyscallException("statx", Errno.ENOENT, FileName.Show(name));

    /// <summary>As <see cref="Stat(SafeHandle, ReadOnlySpan{byte})"/>; null: there is none.</summary>
    /// <exception cref="SyscallException">As statx(2).</exception>
    public static statx? TryStat(SafeHandle directory, ReadOnlySpan<byte> name)
    {
        using FdLease at = new(directory);
        statx result = default;
        fixed (byte* path = NulTerminated(name))
        {
            return Libc.statx_(at.Value, path, Libc.AT_SYMLINK_NOFOLLOW | Libc.AT_NO_AUTOMOUNT, Libc.STATX_BASIC_STATS, &result) == 0 ? result
                : (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT ? null
                : throw LastOf("statx", name);
        }
    }

    /// <summary>Makes a directory.</summary>
    /// <exception cref="SyscallException">EEXIST: something is there. As mkdir(2).</exception>
    public static void MakeDirectory(SafeHandle directory, ReadOnlySpan<byte> name, uint mode)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name))
        {
            Check(Libc.mkdirat(at.Value, path, mode), "mkdirat", name);
        }
    }

    /// <summary>Makes a symbolic link.</summary>
    /// <exception cref="SyscallException">EEXIST: something is there. As symlink(2).</exception>
    public static void MakeLink(ReadOnlySpan<byte> target, SafeHandle directory, ReadOnlySpan<byte> name)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name), text = NulTerminated(target))
        {
            Check(Libc.symlinkat(text, at.Value, path), "symlinkat", name);
        }
    }

    /// <summary>Gives a file one more name. A link is not followed: it gets the name itself.</summary>
    /// <exception cref="SyscallException">EEXIST: something is there. EXDEV: not on one mount. As link(2).</exception>
    public static void MakeHardLink(SafeHandle directory, ReadOnlySpan<byte> name, SafeHandle newDirectory, ReadOnlySpan<byte> newName)
    {
        using FdLease from = new(directory);
        using FdLease to = new(newDirectory);
        fixed (byte* path = NulTerminated(name), newPath = NulTerminated(newName))
        {
            Check(Libc.linkat(from.Value, path, to.Value, newPath, 0), "linkat", newName);
        }
    }

    /// <summary>Removes a file, or with AT_REMOVEDIR an empty directory.</summary>
    /// <exception cref="SyscallException">EISDIR: a directory. ENOTEMPTY: not empty. As unlink(2) and rmdir(2).</exception>
    public static void Remove(SafeHandle directory, ReadOnlySpan<byte> name, int flags = 0)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name))
        {
            Check(Libc.unlinkat(at.Value, path, flags), "unlinkat", name);
        }
    }

    /// <summary>Gives a file another name, or place.</summary>
    /// <exception cref="SyscallException">EEXIST: something is there (RENAME_NOREPLACE). As rename(2).</exception>
    public static void Rename(SafeHandle directory, ReadOnlySpan<byte> name, SafeHandle newDirectory, ReadOnlySpan<byte> newName, uint flags = 0)
    {
        using FdLease from = new(directory);
        using FdLease to = new(newDirectory);
        fixed (byte* path = NulTerminated(name), newPath = NulTerminated(newName))
        {
            Check(Libc.renameat2(from.Value, path, to.Value, newPath, flags), "renameat2", newName);
        }
    }

    /// <summary>What a symbolic link, opened with O_PATH, points to.</summary>
    /// <exception cref="SyscallException">ENOENT: no link.</exception>
    public static byte[] ReadLinkBytes(SafeHandle link)
    {
        const int PathMax = 4096;
        using FdLease fd = new(link);
        byte* target = stackalloc byte[PathMax];
        byte empty = 0;
        nint length = Libc.readlinkat(fd.Value, &empty, target, PathMax);
        return length < 0 ? throw SyscallException.Last("readlinkat") : new ReadOnlySpan<byte>(target, (int)length).ToArray();
    }

    /// <summary>Reads from <paramref name="offset"/> on, at most <paramref name="buffer"/>'s length; 0 at the end.</summary>
    /// <exception cref="SyscallException">As pread(2).</exception>
    public static int ReadAt(SafeHandle file, Span<byte> buffer, long offset)
    {
        using FdLease fd = new(file);
        fixed (byte* start = buffer)
        {
            nint count;
            while ((count = Libc.pread(fd.Value, start, (nuint)buffer.Length, offset)) < 0)
            {
                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    throw SyscallException.Last("pread");
                }
            }

            return (int)count;
        }
    }

    /// <summary>How a file is open: O_*.</summary>
    /// <exception cref="SyscallException">As fcntl(2), F_GETFL.</exception>
    public static int ReadFlags(SafeHandle file)
    {
        using FdLease fd = new(file);
        int flags = Libc.fcntl(fd.Value, Libc.F_GETFL, 0);
        return flags < 0 ? throw SyscallException.Last("fcntl", "F_GETFL") : flags;
    }

    /// <summary>Gives a file a time of its last change, in seconds since 1970.</summary>
    /// <exception cref="SyscallException">As futimens(3).</exception>
    public static void SetModified(SafeHandle file, long seconds)
    {
        using FdLease fd = new(file);
        timespec* times = stackalloc timespec[2];
        times[0] = new timespec { tv_nsec = Libc.UTIME_OMIT };
        times[1] = new timespec { tv_sec = seconds };
        if (Libc.futimens(fd.Value, times) != 0)
        {
            throw SyscallException.Last("futimens");
        }
    }

    private static void Check(int result, string call, ReadOnlySpan<byte> name)
    {
        if (result != 0)
        {
            throw LastOf(call, name);
        }
    }

    private static SyscallException LastOf(string call, ReadOnlySpan<byte> name)
    {
        Errno errno = (Errno)Marshal.GetLastPInvokeError(); // first: what follows may overwrite it
        return new SyscallException(call, errno, FileName.Show(name));
    }

    private static byte[] NulTerminated(ReadOnlySpan<byte> name) =>
        name.Contains((byte)0) ? throw new ArgumentException("a name has no NUL", nameof(name)) : [.. name, 0];
}
