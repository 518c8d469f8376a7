using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>A child of this process, known by its pidfd: no other process can ever be meant.</summary>
/// <param name="pid">The pid in our namespace; valid until <see cref="Reap"/>.</param>
/// <param name="pidfd">The pidfd; owned by this object.</param>
public sealed unsafe class ChildProcess(int pid, SafeFileHandle pidfd) : IDisposable
{
    private static readonly TimeSpan s_reaperPatience = TimeSpan.FromSeconds(2);

    private bool _adopted;

    /// <summary>The pid in our namespace. It names this process until it is reaped.</summary>
    public int Pid { get; } = pid;

    /// <summary>The pidfd; owned by this object.</summary>
    public SafeFileHandle Pidfd { get; } = pidfd;

    /// <summary>Takes hold of a process that an earlier run of this program bore: somebody else reaps it, and the kernel may remember how it ended.</summary>
    /// <param name="pid">The pid that it has, or had.</param>
    /// <param name="pidfd">The pidfd; owned by the result.</param>
    public static ChildProcess Adopt(int pid, SafeFileHandle pidfd) => new(pid, pidfd) { _adopted = true };

    /// <summary>Kills the process; does nothing if it has ended.</summary>
    public void Kill() => Signal(Libc.SIGKILL);

    /// <summary>Sends <paramref name="signal"/> (1 to 64); does nothing if the process has ended.</summary>
    /// <returns>True if it was sent.</returns>
    /// <exception cref="SyscallException">EINVAL: no such signal.</exception>
    public bool Signal(int signal)
    {
        using FdLease fd = new(Pidfd);
        if (Libc.pidfd_send_signal(fd.Value, signal, null, 0) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == (int)Errno.ESRCH ? false : throw SyscallException.Last("pidfd_send_signal", $"{signal}");
    }

    /// <summary>Sends <paramref name="signal"/> (1 to 64) to the process group that this process leads; to the process alone before Linux 6.9.</summary>
    /// <returns>True if it was sent.</returns>
    /// <exception cref="SyscallException">EINVAL: no such signal.</exception>
    public bool SignalGroup(int signal)
    {
        using FdLease fd = new(Pidfd);
        return Libc.pidfd_send_signal(fd.Value, signal, null, Libc.PIDFD_SIGNAL_PROCESS_GROUP) == 0 || Signal(signal);
    }

    /// <summary>Keeps the OOM killer from the process, which has executed its own program: before that it shares our memory, and with it what is set here.</summary>
    /// <exception cref="SyscallException">EACCES: CAP_SYS_RESOURCE is needed.</exception>
    /// <remarks>Source: proc_pid_oom_score_adj(5); a cgroup's memory.oom.group spares such a process too.</remarks>
    public void SpareFromOom()
    {
        using SafeFileHandle file = Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/oom_score_adj"), Libc.O_WRONLY);
        Files.WriteAll(file, "-1000"u8);
    }

    /// <summary>Waits until the process has ended, and leaves it to be reaped.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>True if it has ended.</returns>
    public bool WaitForEnd(TimeSpan timeout) => Files.Poll(Pidfd, Libc.POLLIN, timeout);

    /// <summary>Waits for the end and takes the exit status and the resources used. Call it once.</summary>
    /// <returns>The status; of an adopted process <see cref="ExitStatus.Unknown"/> where the kernel does not remember it (before Linux 6.15), and no resources.</returns>
    /// <exception cref="SyscallException">ECHILD: already reaped.</exception>
    /// <remarks>Source: waitid(2); the kernel's call takes a rusage that libc's does not.</remarks>
    public ExitStatus Reap()
    {
        if (_adopted)
        {
            return WaitForOthersToReap();
        }

        using FdLease fd = new(Pidfd);
        siginfo_t info = default;
        rusage usage = default;
        while (Libc.syscall(Libc.NumberOf(Syscall.waitid), Libc.P_PIDFD, fd.Value, (nint)(&info), Libc.WEXITED, (nint)(&usage), 0) != 0)
        {
            if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
            {
                throw SyscallException.Last("waitid", $"pid {Pid}");
            }
        }

        return new ExitStatus(
            info.si_code == Libc.CLD_EXITED,
            info.si_status,
            TimeSpan.FromSeconds(usage.ru_utime.tv_sec) + TimeSpan.FromMicroseconds(usage.ru_utime.tv_usec),
            TimeSpan.FromSeconds(usage.ru_stime.tv_sec) + TimeSpan.FromMicroseconds(usage.ru_stime.tv_usec),
            usage.ru_maxrss * 1024);
    }

    // A pidfd hangs up when its process is reaped, and from then on the kernel tells how it ended.
    private ExitStatus WaitForOthersToReap()
    {
        WaitForEnd(Timeout.InfiniteTimeSpan);
        Files.Poll(Pidfd, 0, s_reaperPatience);
        return Kernel.Pidfd.ReadEnd(Pidfd) is ProcessEnd end ? ExitStatus.Unknown with { Exited = end.Exited, Status = end.Status } : ExitStatus.Unknown;
    }

    /// <summary>Closes the pidfd. The process goes on.</summary>
    public void Dispose() => Pidfd.Dispose();
}
