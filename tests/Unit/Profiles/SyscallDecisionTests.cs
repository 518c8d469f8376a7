using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using Xunit;
using static AgentSandbox.Kernel.Errno;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>What the shipped filters answer, call by call. Numbers are the kernel's own, written here a second time on purpose.</summary>
/// <remarks>The bits above a 32-bit argument are set in each: they must not count.</remarks>
public sealed class SyscallDecisionTests
{
    private const ulong Garbage = 0xdead_beef_0000_0000;
    private const ulong CLONE_THREAD_FLAGS = 0x3d0f00; // what pthread_create asks for
    private const ulong SOCK_CLOEXEC_NONBLOCK = 0x80800;

    private static readonly ConcurrentDictionary<(string Profile, Architecture Architecture), ImmutableArray<sock_filter>> s_programs = [];

    public static TheoryData<string> Standard => ["build", "minimal", "node", "python", "shell"];

    public static TheoryData<string> All => ["build", "minimal", "node", "python", "shell", "strict"];

    [Theory]
    [MemberData(nameof(All))]
    public void ForbiddenCalls_AreDenied_With_EPERM(string profile) => Each(profile, EPERM, """
        unshare setns mount umount2 fsopen fsmount fsconfig fspick open_tree open_tree_attr move_mount mount_setattr pivot_root chroot
        open_by_handle_at name_to_handle_at bpf perf_event_open userfaultfd fanotify_init fanotify_mark
        kexec_load kexec_file_load init_module finit_module delete_module
        ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise process_mrelease
        reboot swapon swapoff acct settimeofday clock_settime clock_adjtime adjtimex syslog sethostname setdomainname
        quotactl quotactl_fd vhangup iopl ioperm modify_ldt set_mempolicy set_mempolicy_home_node mbind move_pages migrate_pages
        sched_setattr memfd_secret vmsplice tee sync syncfs
        """);

    [Theory]
    [MemberData(nameof(All))]
    public void CallsThatProgramsDoWithout_AreDenied_With_ENOSYS(string profile) => Each(profile, ENOSYS, """
        clone3 openat2 io_uring_setup io_uring_enter io_uring_register add_key request_key keyctl
        nfsservctl lookup_dcookie uselib ustat sysfs _sysctl io_setup io_submit io_pgetevents
        statmount listmount listns lsm_get_self_attr lsm_set_self_attr lsm_list_modules file_setattr
        """);

    [Theory]
    [MemberData(nameof(Standard))]
    public void CallsOfRealPrograms_AreAllowed(string profile) => Each(profile, None, """
        read write close fstat mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack execve execveat exit exit_group
        fork vfork wait4 waitid futex set_robust_list rseq membarrier sched_getaffinity sched_setaffinity sched_yield set_tid_address getrandom
        epoll_create1 epoll_ctl epoll_pwait eventfd2 timerfd_create signalfd4 inotify_init1 pidfd_open pidfd_send_signal memfd_create
        bind listen accept4 connect sendmsg recvmsg getsockopt shutdown pipe2 dup3 fcntl flock ftruncate fallocate sendfile copy_file_range splice
        landlock_create_ruleset landlock_restrict_self prlimit64 setpriority kill tgkill tkill mlock madvise mincore mseal statx getdents64
        setuid setgid setresuid capset restart_syscall clock_nanosleep timer_create shmget semget mq_open arch_prctl faccessat2 close_range
        """);

    [Fact]
    public void Strict_Denies_With_EPERM_WhatComputingDoesNotNeed() => Each("strict", EPERM, """
        socket connect bind listen accept sendmsg recvmsg memfd_create execveat splice tee vmsplice flock shmget semget msgget mq_open
        mknod mknodat setuid capset landlock_create_ruleset seccomp setsockopt inotify_init1 sched_setscheduler ioprio_set mlock mincore chown
        """);

    [Fact]
    public void Strict_WhenExtendedAttributesAreAsked_AnswersAsAFileSystemWithoutThem() =>
        Each("strict", EOPNOTSUPP, "listxattr getxattr setxattr flistxattr lgetxattr removexattr");

    [Fact]
    public void Strict_WhenAFileIsLocked_Denies_With_EPERM()
    {
        Is("strict", None, Syscall.fcntl, 3, 1 | Garbage, 0); // F_GETFD
        Is("strict", None, Syscall.fcntl, 3, 1030 | Garbage, 0); // F_DUPFD_CLOEXEC
        foreach (ulong command in new ulong[] { 5, 6, 7, 37, 38, 1024, 1026 }) // F_GETLK F_SETLK F_SETLKW F_OFD_SETLK F_OFD_SETLKW F_SETLEASE F_NOTIFY
        {
            Is("strict", EPERM, Syscall.fcntl, 3, command | Garbage, 0);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clone_WhenANamespaceIsAsked_IsDenied_With_EPERM(string profile)
    {
        Is(profile, None, Syscall.clone, 17 | Garbage);
        Is(profile, None, Syscall.clone, CLONE_THREAD_FLAGS | Garbage);
        Is(profile, None, Syscall.clone, 0x4111); // vfork, as posix_spawn does it
        foreach (ulong flag in new ulong[] { 0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000 })
        {
            Is(profile, EPERM, Syscall.clone, flag | 17);
            Is(profile, EPERM, Syscall.clone, flag | CLONE_THREAD_FLAGS | Garbage);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clone_WhenTheChildWouldBeTheParents_IsDenied_With_EPERM(string profile) => Is(profile, EPERM, Syscall.clone, 0x8000 | 17 | Garbage); // CLONE_PARENT

    [Fact]
    public void Strict_WhenAFileIsSentInTheKernel_AnswersSoThatProgramsFallBack() => Each("strict", EINVAL, "sendfile");

    [Theory]
    [MemberData(nameof(Standard))]
    public void Socket_WhenTheFamilyIsExotic_IsDenied_With_EAFNOSUPPORT(string profile)
    {
        for (ulong family = 0; family < 64; family++)
        {
            if (family is not (1 or 2 or 10 or 16))
            {
                Is(profile, EAFNOSUPPORT, Syscall.socket, family, 1, 0);
                Is(profile, EAFNOSUPPORT, Syscall.socket, family | Garbage, 3 | Garbage, Garbage);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Standard))]
    public void Socket_WhenItIsOrdinary_IsAllowed(string profile)
    {
        foreach (ulong type in new ulong[] { 1, 2, 5 })
        {
            Is(profile, None, Syscall.socket, 1 | Garbage, type | SOCK_CLOEXEC_NONBLOCK | Garbage, Garbage);
        }

        Is(profile, None, Syscall.socket, 2, 1, 0);
        Is(profile, None, Syscall.socket, 2 | Garbage, 1 | Garbage, 6 | Garbage); // TCP
        Is(profile, None, Syscall.socket, 10, 2 | SOCK_CLOEXEC_NONBLOCK, 17); // UDP
        Is(profile, None, Syscall.socket, 16 | Garbage, 3 | SOCK_CLOEXEC_NONBLOCK, Garbage); // NETLINK_ROUTE, as getaddrinfo opens it
    }

    [Theory]
    [MemberData(nameof(Standard))]
    public void Socket_WhenTypeOrProtocolIsNotOrdinary_IsDenied(string profile)
    {
        foreach (ulong type in new ulong[] { 0, 3, 4, 6, 10 }) // SOCK_RAW, SOCK_RDM, SOCK_DCCP, SOCK_PACKET
        {
            Is(profile, EPERM, Syscall.socket, 2, type, 0);
            Is(profile, EPERM, Syscall.socket, 10 | Garbage, type | SOCK_CLOEXEC_NONBLOCK | Garbage, 58);
            Is(profile, EPERM, Syscall.socket, 1, type, 0);
        }

        foreach (ulong protocol in new ulong[] { 1, 2, 4, 6, 9, 12, 15, 16, 20 }) // SOCK_DIAG, XFRM, AUDIT, NETFILTER, KOBJECT_UEVENT, GENERIC, ...
        {
            Is(profile, EAFNOSUPPORT, Syscall.socket, 16, 3, protocol | Garbage);
        }

        foreach (ulong protocol in new ulong[] { 1, 33, 58, 115, 132, 256, 262 }) // ICMP, DCCP, ICMPv6, L2TP, SCTP, SMC, MPTCP
        {
            Is(profile, EPROTONOSUPPORT, Syscall.socket, 2, 1, protocol);
            Is(profile, EPROTONOSUPPORT, Syscall.socket, 10, 2, protocol | Garbage);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Socketpair_WhenItIsNotUnix_IsDenied_With_EAFNOSUPPORT(string profile)
    {
        Is(profile, None, Syscall.socketpair, 1 | Garbage, 1 | SOCK_CLOEXEC_NONBLOCK | Garbage, 0);
        Is(profile, EPERM, Syscall.socketpair, 1, 3, 0);
        Is(profile, EAFNOSUPPORT, Syscall.socketpair, 30, 1, 0); // AF_TIPC has pairs too
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ioctl_WhenItTypesIntoATerminal_IsDenied_With_EPERM(string profile)
    {
        Is(profile, None, Syscall.ioctl, 0, 0x5401 | Garbage); // TCGETS
        Is(profile, None, Syscall.ioctl, 0, 0x541b); // FIONREAD
        foreach (ulong request in new ulong[] { 0x5412, 0x541c, 0x541d, 0x5423, 0x40086602, 0x40046602, 0x401c5820, 0x800c6613, 0x40806685 })
        {
            Is(profile, EPERM, Syscall.ioctl, 0, request);
            Is(profile, EPERM, Syscall.ioctl, 0, request | Garbage);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ModesWithSetuidOrSetgid_AreDenied_With_EPERM(string profile)
    {
        foreach ((ulong mode, Errno answer) in new[] { (0x1c0UL, None), (0x3ffUL, None), (0x800UL, EPERM), (0x400UL, EPERM), (0xfffUL, EPERM) })
        {
            Is(profile, answer, Syscall.chmod, 0, mode | Garbage);
            Is(profile, answer, Syscall.fchmod, 3, mode);
            Is(profile, answer, Syscall.fchmodat, 3, 0, mode | Garbage);
            Is(profile, answer, Syscall.fchmodat2, 3, 0, mode);
            Is(profile, answer, Syscall.creat, 0, mode);
            Is(profile, answer, Syscall.open, 0, 0x41 | Garbage, mode | Garbage); // O_CREAT | O_WRONLY
            Is(profile, answer, Syscall.openat, 3, 0, 0x41, mode);
            Is(profile, answer, Syscall.openat, 3, 0, 0x410002 | Garbage, mode); // O_TMPFILE | O_RDWR
        }

        Is(profile, None, Syscall.open, 0, 0, 0xfff); // without O_CREAT the mode is garbage
        Is(profile, None, Syscall.openat, 3, 0, 0x10000, 0xfff); // O_DIRECTORY is a part of O_TMPFILE
    }

    [Theory]
    [MemberData(nameof(Standard))]
    public void Mknod_WhenItIsADevice_IsDenied_With_EPERM(string profile)
    {
        foreach ((ulong mode, Errno answer) in new[] { (0UL, None), (0x8000UL, None), (0x1000UL, None), (0xc000UL, None), (0x2000UL, EPERM), (0x6000UL, EPERM), (0x8800UL, EPERM) })
        {
            Is(profile, answer, Syscall.mknod, 0, mode | 0x180 | Garbage);
            Is(profile, answer, Syscall.mknodat, 3, 0, mode | 0x180);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Personality_WhenItIsNotTheDefault_IsDenied_With_EPERM(string profile)
    {
        Is(profile, None, Syscall.personality, 0 | Garbage);
        Is(profile, None, Syscall.personality, 0xffff_ffff);
        foreach (ulong persona in new ulong[] { 8, 0x40000, 0x400000, 0x20000, 0x440008 }) // PER_LINUX32 ADDR_NO_RANDOMIZE READ_IMPLIES_EXEC UNAME26
        {
            Is(profile, EPERM, Syscall.personality, persona | Garbage);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Prctl_WhenItIsNotListed_IsDenied_With_EPERM(string profile)
    {
        foreach (ulong option in new ulong[] { 1, 2, 3, 4, 15, 16, 21, 22, 23, 29, 30, 36, 37, 38, 39, 41, 42, 0x53564d41 })
        {
            Is(profile, None, Syscall.prctl, option | Garbage);
        }

        // PR_SET_KEEPCAPS CAPBSET_DROP SET_SECUREBITS SET_MM CAP_AMBIENT SET_SPECULATION_CTRL SYSCALL_USER_DISPATCH SCHED_CORE MEMORY_MERGE PTRACER
        foreach (ulong option in new ulong[] { 8, 24, 28, 35, 47, 53, 59, 62, 67, 0x59616d61, 9999 })
        {
            Is(profile, EPERM, Syscall.prctl, option | Garbage);
        }
    }

    [Theory]
    [MemberData(nameof(Standard))]
    public void Seccomp_WhenItAsksForAListener_IsDenied_With_EPERM(string profile)
    {
        Is(profile, None, Syscall.seccomp, 1 | Garbage, 1 | Garbage); // SET_MODE_FILTER, TSYNC
        Is(profile, None, Syscall.seccomp, 2, 0); // GET_ACTION_AVAIL
        Is(profile, EPERM, Syscall.seccomp, 1, 8 | Garbage);
        Is(profile, EPERM, Syscall.seccomp, 1, 9);
        Is(profile, EPERM, Syscall.seccomp, 3, 0); // GET_NOTIF_SIZES
    }

    [Theory]
    [MemberData(nameof(Standard))]
    public void Scheduling_WhenItIsRealTime_IsDenied_With_EPERM(string profile)
    {
        foreach ((ulong policy, Errno answer) in new[] { (0UL, None), (3UL, None), (5UL, None), (1UL, EPERM), (2UL, EPERM), (6UL, EPERM) })
        {
            Is(profile, answer, Syscall.sched_setscheduler, 0, policy | Garbage);
            Is(profile, answer, Syscall.sched_setscheduler, 0, policy | 0x4000_0000);
        }

        foreach ((ulong kind, Errno answer) in new[] { (0UL, None), (2UL, None), (3UL, None), (1UL, EPERM), (4UL, EPERM) })
        {
            Is(profile, answer, Syscall.ioprio_set, 1, 0, kind << 13 | 4 | Garbage);
        }
    }

    [Theory]
    [MemberData(nameof(Standard))]
    public void Setsockopt_WhenItAttachesAProgram_IsDenied_With_ENOPROTOOPT(string profile)
    {
        Is(profile, None, Syscall.setsockopt, 3, 1, 2); // SO_REUSEADDR
        Is(profile, None, Syscall.setsockopt, 3, 6, 1); // TCP_NODELAY
        Is(profile, None, Syscall.setsockopt, 3, 0, 26); // another level's 26
        Is(profile, ENOPROTOOPT, Syscall.setsockopt, 3, 1 | Garbage, 26 | Garbage); // SO_ATTACH_FILTER
        Is(profile, ENOPROTOOPT, Syscall.setsockopt, 3, 1, 50); // SO_ATTACH_BPF
        Is(profile, ENOPROTOOPT, Syscall.setsockopt, 3, 6 | Garbage, 31 | Garbage); // TCP_ULP
    }

    [Theory]
    [MemberData(nameof(All))]
    public void UnknownNumbersAndForeignAbis_AreDenied_With_ENOSYS(string profile)
    {
        ReadOnlySpan<sock_filter> program = Program(profile, Architecture.X64).AsSpan();
        uint refused = Libc.SECCOMP_RET_ERRNO | (uint)ENOSYS;
        Assert.Equal(refused, BpfMachine.Run(program, new seccomp_data { nr = 9999, arch = Libc.AUDIT_ARCH_X86_64 }));
        Assert.Equal(refused, BpfMachine.Run(program, new seccomp_data { nr = -1, arch = Libc.AUDIT_ARCH_X86_64 }));
        Assert.Equal(refused, BpfMachine.Run(program, new seccomp_data { nr = 0x4000_0000, arch = Libc.AUDIT_ARCH_X86_64 })); // x32 read
        Assert.Equal(refused, BpfMachine.Run(program, new seccomp_data { nr = 20, arch = 0x4000_0003 })); // i386 getpid
        Assert.Equal(refused, BpfMachine.Run(program, new seccomp_data { nr = 102, arch = 0x4000_0003 })); // i386 socketcall
    }

    private static ImmutableArray<sock_filter> Program(string profile, Architecture architecture) => s_programs.GetOrAdd(
        (profile, architecture), key => FilterCompiler.Compile(ShippedProfiles.Load(key.Profile).Syscalls, SyscallTable.For(key.Architecture)));

    private static void Each(string profile, Errno expected, string calls)
    {
        foreach (string call in calls.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            Is(profile, expected, Enum.Parse<Syscall>(call));
        }
    }

    /// <summary>Both architectures give the same answer, where they have the call.</summary>
    private static void Is(string profile, Errno expected, Syscall call, params ulong[] arguments)
    {
        Array.Resize(ref arguments, 6);
        foreach (Architecture architecture in new[] { Architecture.X64, Architecture.Arm64 })
        {
            SyscallTable table = SyscallTable.For(architecture);
            if (table.Number(call) is int number)
            {
                seccomp_data data = new()
                {
                    nr = number,
                    arch = table.AuditArch,
                    args0 = arguments[0],
                    args1 = arguments[1],
                    args2 = arguments[2],
                    args3 = arguments[3],
                    args4 = arguments[4],
                    args5 = arguments[5],
                };
                uint actual = BpfMachine.Run(Program(profile, architecture).AsSpan(), data);
                uint wanted = expected == None ? Libc.SECCOMP_RET_ALLOW : Libc.SECCOMP_RET_ERRNO | (uint)expected;
                Assert.True(actual == wanted, $"{profile}, {architecture}: {call}({string.Join(", ", arguments.Select(one => $"0x{one:x}"))}): 0x{actual:x}, not {expected}");
            }
        }
    }
}
