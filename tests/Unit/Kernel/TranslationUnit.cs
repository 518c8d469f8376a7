namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>Headers that can be included together, and how to find them.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Headers">In the order of inclusion.</param>
/// <param name="Options">Options of gcc.</param>
internal sealed record TranslationUnit(string Name, IReadOnlyList<string> Headers, IReadOnlyList<string> Options)
{
    private static readonly string[] s_kernelHeaders =
    [
        "asm/ioctls.h",
        "asm/siginfo.h",
        "asm/stat.h",
        "asm/statfs.h",
        "asm/unistd.h",
        "linux/audit.h",
        "linux/bpf.h",
        "linux/bpf_common.h",
        "linux/capability.h",
        "linux/close_range.h",
        "linux/dm-ioctl.h",
        "linux/elf.h",
        "linux/errno.h",
        "linux/eventfd.h",
        "linux/eventpoll.h",
        "linux/falloc.h",
        "linux/fanotify.h",
        "linux/fcntl.h",
        "linux/filter.h",
        "linux/fs.h",
        "linux/fscrypt.h",
        "linux/fsverity.h",
        "linux/futex.h",
        "linux/if_addr.h",
        "linux/if_ether.h",
        "linux/if_link.h",
        "linux/if_packet.h",
        "linux/if_tun.h",
        "linux/in.h",
        "linux/in6.h",
        "linux/inotify.h",
        "linux/io_uring.h",
        "linux/ioprio.h",
        "linux/kcmp.h",
        "linux/keyctl.h",
        "linux/landlock.h",
        "linux/limits.h",
        "linux/loop.h",
        "linux/lsm.h",
        "linux/magic.h",
        "linux/memfd.h",
        "linux/mman.h",
        "linux/mount.h",
        "linux/net.h",
        "linux/netlink.h",
        "linux/nsfs.h",
        "linux/openat2.h",
        "linux/perf_event.h",
        "linux/personality.h",
        "linux/pidfd.h",
        "linux/poll.h",
        "linux/prctl.h",
        "linux/ptrace.h",
        "linux/quota.h",
        "linux/random.h",
        "linux/reboot.h",
        "linux/resource.h",
        "linux/rtnetlink.h",
        "linux/sched.h",
        "linux/sched/types.h",
        "linux/seccomp.h",
        "linux/securebits.h",
        "linux/signal.h",
        "linux/signalfd.h",
        "linux/socket.h",
        "linux/sockios.h",
        "linux/stat.h",
        "linux/sysinfo.h",
        "linux/taskstats.h",
        "linux/termios.h",
        "linux/time.h",
        "linux/timerfd.h",
        "linux/tty.h",
        "linux/types.h",
        "linux/uio.h",
        "linux/un.h",
        "linux/userfaultfd.h",
        "linux/utsname.h",
        "linux/wait.h",
        "linux/xattr.h",
    ];

    private static readonly string[] s_libcHeaders =
    [
        "dirent.h",
        "errno.h",
        "fcntl.h",
        "grp.h",
        "limits.h",
        "linux/sockios.h",
        "linux/vm_sockets.h",
        "net/if.h",
        "netinet/in.h",
        "poll.h",
        "pty.h",
        "pwd.h",
        "sched.h",
        "signal.h",
        "stdio.h",
        "sys/epoll.h",
        "sys/eventfd.h",
        "sys/file.h",
        "sys/inotify.h",
        "sys/ioctl.h",
        "sys/mman.h",
        "sys/mount.h",
        "sys/prctl.h",
        "sys/ptrace.h",
        "sys/quota.h",
        "sys/random.h",
        "sys/resource.h",
        "sys/signalfd.h",
        "sys/socket.h",
        "sys/stat.h",
        "sys/statfs.h",
        "sys/statvfs.h",
        "sys/syscall.h",
        "sys/sysinfo.h",
        "sys/time.h",
        "sys/timerfd.h",
        "sys/times.h",
        "sys/types.h",
        "sys/uio.h",
        "sys/un.h",
        "sys/utsname.h",
        "sys/wait.h",
        "sys/xattr.h",
        "termios.h",
        "time.h",
        "unistd.h",
    ];

    /// <summary>The kernel's own headers. They are asked first: what a system call takes is what the kernel says.</summary>
    public static TranslationUnit KernelHeaders(HeaderTree tree) => new("kernel", s_kernelHeaders, KernelOptions(tree, "x86"));

    /// <summary>The C library's headers, for what only they declare. They clash with the kernel's, so they stand apart.</summary>
    public static TranslationUnit LibcHeaders(HeaderTree tree) =>
        new("libc", s_libcHeaders, ["-D_GNU_SOURCE", .. tree.IncludeFolders("x86").SelectMany(folder => new[] { "-isystem", folder })]);

    /// <summary>The system call numbers of one architecture.</summary>
    /// <param name="tree">The headers.</param>
    /// <param name="kernelArchitecture">The kernel's name for it: <c>x86</c>, <c>arm64</c>.</param>
    public static TranslationUnit CallNumbers(HeaderTree tree, string kernelArchitecture) =>
        new($"{kernelArchitecture} unistd", ["asm/unistd_64.h"], KernelOptions(tree, kernelArchitecture));

    private static IReadOnlyList<string> KernelOptions(HeaderTree tree, string kernelArchitecture) =>
        ["-nostdinc", .. tree.IncludeFolders(kernelArchitecture).Select(folder => $"-I{folder}")];
}
