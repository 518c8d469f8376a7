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

    /// <summary>What the symbolic link <paramref name="link"/>, opened with O_PATH and O_NOFOLLOW, points to.</summary>
    /// <exception cref="SyscallException">EINVAL: no link. ENAMETOOLONG: 4,096 bytes or more.</exception>
    public static string ReadLink(SafeHandle link)
    {
        const int PathMax = 4096;
        using FdLease fd = new(link);
        byte* target = stackalloc byte[PathMax];
        fixed (byte* empty = NulTerminated(""))
        {
            nint length = Libc.readlinkat(fd.Value, empty, target, PathMax);
            return length switch
            {
                < 0 => throw SyscallException.Last("readlinkat"),
                PathMax => throw new SyscallException("readlinkat", Errno.ENAMETOOLONG),
                _ => System.Text.Encoding.UTF8.GetString(target, (int)length),
            };
        }
    }
}
