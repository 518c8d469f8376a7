using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Processes that this one did not bear, by pidfd.</summary>
public static unsafe class Pidfd
{
    private const int SignalMask = 0x7f;
    private const int CodeShift = 8;
    private const int CodeMask = 0xff;

    /// <summary>A pidfd of <paramref name="pid"/>, or null if there is no such process. The caller disposes it, and checks that it is the process that is meant:
    /// a pid can be another's by now.</summary>
    /// <exception cref="SyscallException">EMFILE: too many open files. ENODEV: no anonymous inodes.</exception>
    /// <remarks>Source: pidfd_open(2).</remarks>
    public static SafeFileHandle? Open(int pid)
    {
        nint fd = Libc.syscall(Libc.NumberOf(Syscall.pidfd_open), pid, 0, 0, 0, 0, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true)
            : Marshal.GetLastPInvokeError() == (int)Errno.ESRCH ? null
            : throw SyscallException.Last("pidfd_open", $"pid {pid}");
    }

    /// <summary>What the process is: its pids, ids and cgroup. Null if the kernel does not tell (before Linux 6.13), or if it was reaped.</summary>
    /// <exception cref="SyscallException">EBADF: no pidfd.</exception>
    /// <remarks>Source: ioctl_pidfd(2).</remarks>
    public static pidfd_info? ReadInfo(SafeHandle pidfd) => Read(pidfd, Libc.PIDFD_INFO_CGROUPID);

    /// <summary>How the process ended. Null while it runs or waits to be reaped by its parent, and on kernels before Linux 6.15.</summary>
    /// <remarks>The kernel remembers it for whoever held a pidfd before the process was reaped; pidfds in systemd's fd store are enough.</remarks>
    /// <exception cref="SyscallException">EBADF: no pidfd.</exception>
    public static ProcessEnd? ReadEnd(SafeHandle pidfd)
    {
        if (Read(pidfd, Libc.PIDFD_INFO_EXIT) is not { } info || (info.mask & Libc.PIDFD_INFO_EXIT) == 0)
        {
            return null;
        }

        int signal = info.exit_code & SignalMask; // the bit above it says that a core was dumped
        return signal == 0 ? new(true, (info.exit_code >> CodeShift) & CodeMask) : new(false, signal);
    }

    private static pidfd_info? Read(SafeHandle pidfd, ulong mask)
    {
        if (HostFeatures.Current.Calls.PidfdInfo.Presence == Presence.Missing)
        {
            return null;
        }

        using FdLease fd = new(pidfd);
        pidfd_info info = new() { mask = mask };
        if (Libc.ioctl(fd.Value, Libc.PIDFD_GET_INFO, &info) == 0)
        {
            return info;
        }

        return Marshal.GetLastPInvokeError() == (int)Errno.ESRCH ? null : throw SyscallException.Last("ioctl", nameof(Libc.PIDFD_GET_INFO));
    }
}
