using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>Locks on single bytes of a file, owned by its open file description: they end with it.</summary>
/// <remarks>Source: fcntl_locking(2), "Open file description locks".</remarks>
public static unsafe class FileLocks
{
    /// <summary>Locks the byte at <paramref name="offset"/>, or returns false if another open file description has it.</summary>
    /// <exception cref="SyscallException">EBADF: the file is not open for writing. ENOLCK: no lock can be had.</exception>
    public static bool TryLock(SafeHandle file, long offset)
    {
        if (Set(file, Libc.F_WRLCK, offset))
        {
            return true;
        }

        return (Errno)Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EACCES ? false : throw SyscallException.Last("fcntl", "F_OFD_SETLK");
    }

    /// <summary>Locks the byte at <paramref name="offset"/>, once no other open file description has it.</summary>
    /// <exception cref="SyscallException">EBADF: the file is not open for writing. ENOLCK: no lock can be had. EDEADLK: it would never be had.</exception>
    public static void Lock(SafeHandle file, long offset)
    {
        while (!Set(file, Libc.F_WRLCK, offset, Libc.F_OFD_SETLKW))
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw SyscallException.Last("fcntl", "F_OFD_SETLKW");
            }
        }
    }

    /// <summary>Unlocks the byte at <paramref name="offset"/>.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void Unlock(SafeHandle file, long offset)
    {
        if (!Set(file, Libc.F_UNLCK, offset))
        {
            throw SyscallException.Last("fcntl", "F_OFD_SETLK");
        }
    }

    private static bool Set(SafeHandle file, short type, long offset, int operation = Libc.F_OFD_SETLK)
    {
        using FdLease fd = new(file);
        flock byteLock = new() { l_type = type, l_start = offset, l_len = 1 };
        return Libc.fcntl(fd.Value, operation, (nint)(&byteLock)) == 0;
    }
}
