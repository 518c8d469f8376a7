using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

// Where a file has data, and what is said of it beside its content.
public static unsafe partial class Files
{
    /// <summary>Where the next data of a regular file begins; null: from <paramref name="offset"/> on there is none.</summary>
    /// <param name="file">Open for reading; its position is moved.</param>
    /// <param name="offset">From where, in bytes.</param>
    /// <exception cref="SyscallException">As lseek(2), SEEK_DATA.</exception>
    /// <remarks>A file system that knows no holes says that all is data. Source: lseek(2).</remarks>
    public static long? NextData(SafeHandle file, long offset) => Seek(file, offset, Libc.SEEK_DATA);

    /// <summary>Where the data that begins at <paramref name="offset"/> ends; null: the file does there.</summary>
    /// <param name="file">Open for reading; its position is moved.</param>
    /// <param name="offset">From where, in bytes.</param>
    /// <exception cref="SyscallException">As lseek(2), SEEK_HOLE.</exception>
    public static long? NextHole(SafeHandle file, long offset) => Seek(file, offset, Libc.SEEK_HOLE);

    /// <summary>Writes all of <paramref name="content"/> from <paramref name="offset"/> on.</summary>
    /// <exception cref="SyscallException">ENOSPC: no room. As pwrite(2).</exception>
    public static void WriteAt(SafeHandle file, ReadOnlySpan<byte> content, long offset)
    {
        using FdLease fd = new(file);
        fixed (byte* start = content)
        {
            for (int done = 0; done < content.Length;)
            {
                nint count = Libc.pwrite(fd.Value, start + done, (nuint)(content.Length - done), offset + done);
                if (count >= 0)
                {
                    done += (int)count;
                }
                else if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    throw SyscallException.Last("pwrite");
                }
            }
        }
    }

    /// <summary>The value of the extended attribute <paramref name="name"/>; null: there is none.</summary>
    /// <param name="file">Open for reading.</param>
    /// <param name="name">With its namespace: <c>trusted.overlay.opaque</c>.</param>
    /// <exception cref="SyscallException">ERANGE: longer than 64 bytes. As fgetxattr(2).</exception>
    public static byte[]? GetAttribute(SafeHandle file, string name)
    {
        const int Longest = 64;
        using FdLease fd = new(file);
        byte* value = stackalloc byte[Longest];
        fixed (byte* text = NulTerminated(name))
        {
            nint length = Libc.fgetxattr(fd.Value, text, value, Longest);
            return length >= 0 ? new ReadOnlySpan<byte>(value, (int)length).ToArray()
                : (Errno)Marshal.GetLastPInvokeError() is Errno.ENODATA or Errno.EOPNOTSUPP ? null
                : throw SyscallException.Last("fgetxattr", name);
        }
    }

    private static long? Seek(SafeHandle file, long offset, int whence)
    {
        using FdLease fd = new(file);
        long found = Libc.lseek(fd.Value, offset, whence);
        return found >= 0 ? found
            : (Errno)Marshal.GetLastPInvokeError() == Errno.ENXIO ? null
            : throw SyscallException.Last("lseek");
    }
}
