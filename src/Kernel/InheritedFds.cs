using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Fds that this process was started with, by their numbers.</summary>
public static class InheritedFds
{
    /// <summary>Takes the fds from <paramref name="first"/> on, and keeps them from this process's children. The caller disposes them. Call it once for each fd.</summary>
    /// <param name="first">3 or more: the first number.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="SyscallException">EBADF: one of them is not open; none was taken.</exception>
    public static ImmutableArray<SafeFileHandle> Take(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 3);
        int[] numbers = [.. Enumerable.Range(first, count)];
        foreach (int fd in numbers)
        {
            if (Libc.fcntl(fd, Libc.F_SETFD, Libc.FD_CLOEXEC) != 0)
            {
                throw SyscallException.Last("fcntl", string.Create(CultureInfo.InvariantCulture, $"inherited fd {fd}"));
            }
        }

        return [.. numbers.Select(fd => new SafeFileHandle(fd, ownsHandle: true))];
    }

    /// <summary>True if children would have <paramref name="file"/> open.</summary>
    /// <exception cref="SyscallException">As fcntl(2).</exception>
    public static bool IsInherited(SafeFileHandle file)
    {
        using FdLease fd = new(file);
        int flags = Libc.fcntl(fd.Value, Libc.F_GETFD, 0);
        return flags < 0 ? throw SyscallException.Last("fcntl", "F_GETFD") : (flags & Libc.FD_CLOEXEC) == 0;
    }

    /// <summary>A second handle on one of this process's standard streams: 0, 1, 2. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EBADF: it is closed.</exception>
    public static SafeFileHandle Duplicate(int standard)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)standard, 2u, nameof(standard));
        using SafeFileHandle borrowed = new(standard, ownsHandle: false);
        return Files.Duplicate(borrowed);
    }
}
