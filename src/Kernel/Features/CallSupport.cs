using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Which of the newer system calls this kernel has. Each is probed with arguments that it must refuse, so nothing happens.</summary>
public sealed record CallSupport
{
    /// <summary>clone3(2).</summary>
    public required ProbeResult Clone3 { get; init; }

    /// <summary>CLONE_INTO_CGROUP of clone3(2).</summary>
    public required ProbeResult CloneIntoCgroup { get; init; }

    /// <summary>pidfd_open(2).</summary>
    public required ProbeResult PidfdOpen { get; init; }

    /// <summary>SO_PEERPIDFD of unix(7): a pidfd of the peer. Since Linux 6.5.</summary>
    public required ProbeResult PeerPidfd { get; init; }

    /// <summary>PIDFD_GET_INFO of a pidfd. Since Linux 6.13; how a process ended, by PIDFD_INFO_EXIT, since Linux 6.15.</summary>
    public required ProbeResult PidfdInfo { get; init; }

    /// <summary>close_range(2).</summary>
    public required ProbeResult CloseRange { get; init; }

    /// <summary>openat2(2).</summary>
    public required ProbeResult Openat2 { get; init; }

    /// <summary>open_tree(2).</summary>
    public required ProbeResult OpenTree { get; init; }

    /// <summary>move_mount(2).</summary>
    public required ProbeResult MoveMount { get; init; }

    /// <summary>fsopen(2).</summary>
    public required ProbeResult Fsopen { get; init; }

    /// <summary>fsconfig(2).</summary>
    public required ProbeResult Fsconfig { get; init; }

    /// <summary>fsmount(2).</summary>
    public required ProbeResult Fsmount { get; init; }

    /// <summary>mount_setattr(2).</summary>
    public required ProbeResult MountSetattr { get; init; }

    /// <summary>MOUNT_ATTR_IDMAP of mount_setattr(2).</summary>
    public required ProbeResult MountIdmap { get; init; }

    /// <summary>futex_waitv(2).</summary>
    public required ProbeResult FutexWaitv { get; init; }

    internal static CallSupport Probe()
    {
        const nint Bad = -1; // no fd, and as flags every bit: refused before anything is looked at
        Errno clone3 = Clone3Answer();
        return new()
        {
            Clone3 = new(clone3 is Errno.E2BIG ? Presence.Present : ProbeResult.From(clone3, Errno.EINVAL).Presence, clone3),
            CloneIntoCgroup = clone3 is Errno.E2BIG ? new(Presence.Missing, clone3) : ProbeResult.From(clone3, Errno.EINVAL),
            PidfdOpen = ProbePidfdOpen(),
            PeerPidfd = ProbePeerPidfd(),
            PidfdInfo = ProbePidfdInfo(),
            CloseRange = ProbeResult.From(SyscallProbe.Call(Syscall.close_range, 1, 0), Errno.EINVAL), // the first is above the last
            Openat2 = ProbeResult.From(SyscallProbe.Call(Syscall.openat2, Bad), Errno.EINVAL), // a size of 0
            OpenTree = ProbeResult.From(SyscallProbe.Call(Syscall.open_tree, Bad, 0, Bad), Errno.EINVAL),
            MoveMount = ProbeResult.From(SyscallProbe.Call(Syscall.move_mount, Bad, 0, Bad, 0, Bad), Errno.EINVAL),
            Fsopen = ProbeResult.From(SyscallProbe.Call(Syscall.fsopen, 0, Bad), Errno.EINVAL),
            Fsconfig = ProbeResult.From(SyscallProbe.Call(Syscall.fsconfig, Bad, Bad), Errno.EINVAL),
            Fsmount = ProbeResult.From(SyscallProbe.Call(Syscall.fsmount, Bad, Bad, Bad), Errno.EINVAL),
            MountSetattr = ProbeResult.From(SyscallProbe.Call(Syscall.mount_setattr, Bad, 0, Bad), Errno.EINVAL),
            MountIdmap = ProbeMountIdmap(),
            FutexWaitv = ProbeResult.From(SyscallProbe.Call(Syscall.futex_waitv), Errno.EINVAL), // no futexes
        };
    }

    // An exit signal that is none is refused (EINVAL) before anything is made. But first a kernel whose structure ends before the field cgroup
    // finds that it is asked for something that it does not know: E2BIG.
    private static unsafe Errno Clone3Answer()
    {
        clone_args arguments = new() { exit_signal = ulong.MaxValue, cgroup = 1 };
        return SyscallProbe.Call(Syscall.clone3, (nint)(&arguments), sizeof(clone_args));
    }

    private static ProbeResult ProbePidfdOpen()
    {
        using SafeFileHandle? pidfd = SyscallProbe.Open(Syscall.pidfd_open, out Errno answer, Environment.ProcessId);
        return ProbeResult.From(answer, refusal: Errno.None);
    }

    // Before Linux 6.13 a pidfd has ioctls of its own but not this one (EINVAL), and before 6.11 none (ENOTTY).
    private static unsafe ProbeResult ProbePidfdInfo()
    {
        using SafeFileHandle? pidfd = SyscallProbe.Open(Syscall.pidfd_open, out Errno answer, Environment.ProcessId);
        if (pidfd is null)
        {
            return new(Presence.Unknown, answer);
        }

        pidfd_info info = default;
        answer = SyscallProbe.Call(Syscall.ioctl, pidfd.DangerousGetHandle(), unchecked((nint)Libc.PIDFD_GET_INFO), (nint)(&info));
        return answer == Errno.EINVAL ? new(Presence.Missing, answer) : ProbeResult.From(answer, refusal: Errno.None, absence: Errno.ENOTTY);
    }

    // A socket without a peer has no pidfd to give: ENODATA where the option is known.
    private static unsafe ProbeResult ProbePeerPidfd()
    {
        using SafeFileHandle? socket = SyscallProbe.Open(Syscall.socket, out Errno answer, Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC);
        if (socket is null)
        {
            return new(Presence.Unknown, answer);
        }

        int pidfd = -1;
        uint size = sizeof(int);
        answer = SyscallProbe.Call(
            Syscall.getsockopt, socket.DangerousGetHandle(), Libc.SOL_SOCKET, Libc.SO_PEERPIDFD, (nint)(&pidfd), (nint)(&size));
        return ProbeResult.From(answer, refusal: Errno.ENODATA, absence: Errno.ENOPROTOOPT);
    }

    // An fd that is none is found out (EBADF) before any mount is looked up; a kernel that does not know the attribute says EINVAL.
    private static unsafe ProbeResult ProbeMountIdmap()
    {
        mount_attr attributes = new() { attr_set = Libc.MOUNT_ATTR_IDMAP, userns_fd = int.MaxValue };
        byte path = 0;
        Errno answer = SyscallProbe.Call(Syscall.mount_setattr, -1, (nint)(&path), 0, (nint)(&attributes), sizeof(mount_attr));
        return answer == Errno.EINVAL ? new(Presence.Missing, answer) : ProbeResult.From(answer, refusal: Errno.EBADF);
    }
}
