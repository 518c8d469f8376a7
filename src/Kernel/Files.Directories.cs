using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

public static unsafe partial class Files
{
    /// <summary>What kind of file <paramref name="file"/> is, and whose.</summary>
    /// <exception cref="SyscallException">As statx(2).</exception>
    public static statx Stat(SafeHandle file)
    {
        using FdLease fd = new(file);
        statx result = default;
        fixed (byte* empty = NulTerminated(""))
        {
            if (Libc.statx_(fd.Value, empty, Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &result) != 0)
            {
                throw SyscallException.Last("statx");
            }
        }

        return result;
    }

    /// <summary>The file system that <paramref name="file"/> lies on, by its number (<c>PROC_SUPER_MAGIC</c>).</summary>
    /// <exception cref="SyscallException">As fstatfs(2).</exception>
    /// <remarks>Source: fstatfs(2); of an O_PATH fd since Linux 3.12.</remarks>
    public static long FileSystem(SafeHandle file) => Space(file).f_type;

    /// <summary>What the symbolic link <paramref name="link"/>, opened with O_PATH and O_NOFOLLOW, points to.</summary>
    /// <exception cref="SyscallException">EINVAL: no link. ENAMETOOLONG: 4,096 bytes or more.</exception>
    public static string ReadLink(SafeHandle link) => ReadLink(link, "");

    /// <summary>What the symbolic link <paramref name="name"/> in <paramref name="directory"/> points to; it is not followed.</summary>
    /// <exception cref="SyscallException">EINVAL: no link. ENOENT: absent. ENAMETOOLONG: 4,096 bytes or more.</exception>
    public static string ReadLink(SafeHandle directory, string name)
    {
        const int PathMax = 4096;
        using FdLease fd = new(directory);
        byte* target = stackalloc byte[PathMax];
        fixed (byte* path = NulTerminated(name))
        {
            nint length = Libc.readlinkat(fd.Value, path, target, PathMax);
            return length switch
            {
                < 0 => throw SyscallException.Last("readlinkat", name),
                PathMax => throw new SyscallException("readlinkat", Errno.ENAMETOOLONG, name),
                _ => System.Text.Encoding.UTF8.GetString(target, (int)length),
            };
        }
    }

    /// <summary>Gives the file at <paramref name="path"/> an owner. A link at its end is not followed.</summary>
    /// <exception cref="SyscallException">EPERM: no CAP_CHOWN. ENOENT: absent.</exception>
    public static void ChangeOwner(string path, uint uid, uint gid)
    {
        fixed (byte* name = NulTerminated(path))
        {
            if (Libc.fchownat(Libc.AT_FDCWD, name, uid, gid, Libc.AT_SYMLINK_NOFOLLOW) != 0)
            {
                throw SyscallException.Last("fchownat", path);
            }
        }
    }

    /// <summary>Makes the directory <paramref name="name"/> in <paramref name="directory"/>.</summary>
    /// <exception cref="SyscallException">EEXIST: it is there. As mkdir(2).</exception>
    public static void MakeDirectory(SafeHandle directory, string name, uint mode)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name))
        {
            if (Libc.mkdirat(at.Value, path, mode) != 0)
            {
                throw SyscallException.Last("mkdirat", name);
            }
        }
    }

    /// <summary>Removes the directory <paramref name="name"/> in <paramref name="directory"/>.</summary>
    /// <returns>False if it is in use (EBUSY) or not empty (ENOTEMPTY); true if it is gone, whoever removed it (ENOENT).</returns>
    /// <exception cref="SyscallException">As rmdir(2).</exception>
    public static bool TryRemoveDirectory(SafeHandle directory, string name)
    {
        using FdLease at = new(directory);
        fixed (byte* path = NulTerminated(name))
        {
            if (Libc.unlinkat(at.Value, path, Libc.AT_REMOVEDIR) == 0)
            {
                return true;
            }
        }

        return (Errno)Marshal.GetLastPInvokeError() switch
        {
            Errno.EBUSY or Errno.ENOTEMPTY => false,
            Errno.ENOENT => true,
            _ => throw SyscallException.Last("unlinkat", name),
        };
    }

    /// <summary>The names of the directories in <paramref name="directory"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string[] ListDirectories(SafeHandle directory)
    {
        using FdLease fd = new(directory);
        return [.. Directory.EnumerateDirectories(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{fd.Value}")).Select(p => Path.GetFileName(p)!)];
    }
}
