using AgentSandbox.Jails.Doctor;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Doctor;

/// <summary>One host for everything that the doctor can find.</summary>
internal static class DoctorCases
{
    private const string Container = "in a container, allow the call in the container's seccomp profile";
    private const string LandlockContainer = "in a container, allow landlock_* in the container's seccomp profile";
    private const string NoVersion1 = "boot with systemd.unified_cgroup_hierarchy=1 (without systemd: cgroup_no_v1=all)";

    private static readonly ProbeResult s_refused = new(Presence.Unknown, Errno.EPERM);
    private static readonly CapabilitySet s_unprivileged = CapabilitySet.All.Without(Capability.CAP_SYS_ADMIN);

    private static readonly Dictionary<string, DoctorCase> s_cases =
        Namespaces().Concat(Calls()).Concat(Filters()).Concat(Cgroups()).Concat(Rest())
            .ToDictionary(sick => $"{sick.Layer} {sick.State}: {sick.Detail}");

    /// <summary>The names of all cases, for a theory.</summary>
    public static TheoryData<string> All => [.. s_cases.Keys];

    /// <summary>The layers that some case is about.</summary>
    public static IEnumerable<string> Layers => s_cases.Values.Select(sick => sick.Layer);

    /// <summary>The case of that name.</summary>
    public static DoctorCase Named(string name) => s_cases[name];

    private static IEnumerable<DoctorCase> Namespaces()
    {
        (string Kind, string Layer, string Option)[] kinds =
        [
            ("user", "user", "CONFIG_USER_NS"), ("mnt", "mount", "CONFIG_NAMESPACES"), ("pid", "pid", "CONFIG_PID_NS"),
            ("net", "network", "CONFIG_NET_NS"), ("ipc", "ipc", "CONFIG_IPC_NS"), ("uts", "uts", "CONFIG_UTS_NS"),
            ("cgroup", "cgroup", "CONFIG_CGROUPS"), ("time", "time", "CONFIG_TIME_NS"),
        ];
        foreach ((string kind, string layer, string option) in kinds)
        {
            yield return new(
                $"namespaces.{layer}", Hosts.With(new(kind, Present: false, Max: null)),
                DoctorState.Missing, $"there is no /proc/self/ns/{kind}", $"use a kernel with {option}");
        }

        yield return new(
            "namespaces.time", Hosts.Complete with { TimeNamespaceAtExec = new(Presence.Missing, Errno.EINVAL) },
            DoctorState.Missing, "clone3 with CLONE_VM from a new time namespace answers EINVAL", "use Linux 6.3 or later: there an execve enters it");
        yield return new(
            "namespaces.network", Hosts.With(new("net", Present: true, Max: 0)),
            DoctorState.Missing, "user.max_net_namespaces is 0", "sysctl -w user.max_net_namespaces=10000, and the same in /etc/sysctl.d");
        yield return new(
            "namespaces.user", Hosts.Complete with { Capabilities = s_unprivileged, UserNamespaces = new(0, AppArmorRestrict: null) },
            DoctorState.Missing, "kernel.unprivileged_userns_clone is 0, and CAP_SYS_ADMIN is lacking",
            "run as root, or sysctl -w kernel.unprivileged_userns_clone=1");
        yield return new(
            "namespaces.user", Hosts.Complete with { Capabilities = s_unprivileged, UserNamespaces = new(1, AppArmorRestrict: 1) },
            DoctorState.Missing, "kernel.apparmor_restrict_unprivileged_userns is set, and CAP_SYS_ADMIN is lacking",
            "run as root, or give the program an AppArmor profile with 'userns,'");
        yield return new(
            "namespaces.user", Hosts.Complete with { UserNamespaces = new(0, AppArmorRestrict: 1) },
            DoctorState.Present, "", "");
    }

    private static IEnumerable<DoctorCase> Calls()
    {
        CallSupport calls = Hosts.Complete.Calls;
        yield return Absent("clone3", calls with { Clone3 = ProbeResult.Missing }, "clone3", "5.3");
        yield return Absent(
            "clone3", calls with { CloneIntoCgroup = new(Presence.Missing, Errno.E2BIG) }, "clone3(CLONE_INTO_CGROUP)", "5.7", "E2BIG");
        yield return Absent("clone3", calls with { CloseRange = ProbeResult.Missing }, "close_range", "5.9");
        yield return Absent("clone3", calls with { FutexWaitv = ProbeResult.Missing }, "futex_waitv", "5.16");
        yield return Absent("pidfd", calls with { PidfdOpen = ProbeResult.Missing }, "pidfd_open", "5.3");
        yield return Absent("mount-api", calls with { OpenTree = ProbeResult.Missing }, "open_tree", "5.2");
        yield return Absent("mount-api", calls with { MoveMount = ProbeResult.Missing }, "move_mount", "5.2");
        yield return Absent("mount-api", calls with { Fsopen = ProbeResult.Missing }, "fsopen", "5.2");
        yield return Absent("mount-api", calls with { Fsconfig = ProbeResult.Missing }, "fsconfig", "5.2");
        yield return Absent("mount-api", calls with { Fsmount = ProbeResult.Missing }, "fsmount", "5.2");
        yield return Absent("mount-api", calls with { Openat2 = ProbeResult.Missing }, "openat2", "5.6");
        yield return Absent("mount-api", calls with { MountSetattr = ProbeResult.Missing }, "mount_setattr", "5.12");
        yield return Absent(
            "mount.idmap", calls with { MountIdmap = new(Presence.Missing, Errno.EINVAL) }, "mount_setattr(MOUNT_ATTR_IDMAP)", "5.12", "EINVAL");
        yield return new(
            "mount-api", Hosts.Complete with { Calls = calls with { Fsopen = s_refused } },
            DoctorState.Unknown, "fsopen answers EPERM", $"run as root; {Container}");
        yield return new(
            "pidfd", Hosts.Complete with { Calls = calls with { PeerPidfd = new(Presence.Missing, Errno.ENOPROTOOPT) } },
            DoctorState.Degraded, "SO_PEERPIDFD answers ENOPROTOOPT: callers are known by process number", "use Linux 6.5 or later");
    }

    private static DoctorCase Absent(string layer, CallSupport calls, string call, string since, string errno = "ENOSYS") =>
        new(layer, Hosts.Complete with { Calls = calls }, DoctorState.Missing, $"{call} answers {errno}", $"use Linux {since} or later; {Container}");

    private static IEnumerable<DoctorCase> Filters()
    {
        const string SeccompRemedy = "use a kernel with CONFIG_SECCOMP_FILTER, Linux 5.0 or later";
        SeccompSupport seccomp = Hosts.Complete.Seccomp;
        ProbeResult none = new(Presence.Missing, Errno.EOPNOTSUPP);
        yield return new(
            "seccomp", Hosts.Complete with { Seccomp = seccomp with { Errno = ProbeResult.Missing } },
            DoctorState.Missing, "seccomp(SECCOMP_RET_ERRNO) answers ENOSYS", SeccompRemedy);
        yield return new(
            "seccomp", Hosts.Complete with { Seccomp = seccomp with { KillProcess = none } },
            DoctorState.Missing, "seccomp(SECCOMP_RET_KILL_PROCESS) answers EOPNOTSUPP", SeccompRemedy);
        yield return new(
            "seccomp", Hosts.Complete with { Seccomp = seccomp with { UserNotif = none, Log = none } },
            DoctorState.Degraded, "without SECCOMP_RET_USER_NOTIF and SECCOMP_RET_LOG", SeccompRemedy);

        foreach (DoctorCase sick in Landlock())
        {
            yield return sick;
        }
    }

    private static IEnumerable<DoctorCase> Landlock()
    {
        yield return WithAbi(
            "landlock", 6, DoctorState.Present, "ABI 6: what it refuses is not in the audit log (ABI 7)", "");
        yield return WithAbi("landlock", 2, DoctorState.Degraded, "ABI 2: it cannot refuse to truncate a file (ABI 3)", "use Linux 6.2 or later");
        yield return WithAbi("landlock.tcp", 3, DoctorState.Missing, "ABI 3: this came with ABI 4", "use Linux 6.7 or later");
        yield return WithAbi("landlock.ioctl", 4, DoctorState.Missing, "ABI 4: this came with ABI 5", "use Linux 6.10 or later");
        yield return WithAbi("landlock.scope", 5, DoctorState.Missing, "ABI 5: this came with ABI 6", "use Linux 6.12 or later");

        foreach (string layer in new[] { "landlock", "landlock.tcp", "landlock.ioctl", "landlock.scope" })
        {
            yield return new(
                layer, Hosts.Complete with { Landlock = new(0, Errno.EOPNOTSUPP, null, Presence.Missing) },
                DoctorState.Missing, "the kernel has Landlock, switched off at boot",
                "put landlock first into the lsm= list of the kernel command line (the active list: /sys/kernel/security/lsm) and reboot",
                TakesRequiredLayersToo: true);
            yield return new(
                layer, Hosts.Complete with { Landlock = new(0, Errno.ENOSYS, null, Presence.Unknown) },
                DoctorState.Missing, "landlock_create_ruleset answers ENOSYS",
                $"use a kernel with CONFIG_SECURITY_LANDLOCK (Linux 5.13 or later); {LandlockContainer}",
                TakesRequiredLayersToo: true);
            yield return new(
                layer, Hosts.Complete with { Landlock = new(0, Errno.EPERM, null, Presence.Present) },
                DoctorState.Unknown, "landlock_create_ruleset answers EPERM, though Landlock is active", LandlockContainer,
                TakesRequiredLayersToo: true);
        }
    }

    private static DoctorCase WithAbi(string layer, int abi, DoctorState state, string detail, string remedy) =>
        new(layer, Hosts.Complete with { Landlock = new(abi, Errno.None, null, Presence.Present) }, state, detail, remedy);

    private static IEnumerable<DoctorCase> Cgroups()
    {
        (string Controller, string Remedy)[] controllers =
        [
            ("memory", "boot with cgroup_enable=memory (CONFIG_MEMCG)"),
            ("cpu", "use a kernel with CONFIG_CFS_BANDWIDTH"),
            ("cpuset", "use a kernel with CONFIG_CPUSETS"),
            ("io", "use a kernel with CONFIG_BLK_CGROUP"),
            ("pids", "use a kernel with CONFIG_CGROUP_PIDS"),
        ];
        CgroupSupport cgroup = Hosts.Complete.Cgroup;
        CgroupSupport hybrid = cgroup with { Layout = CgroupLayout.Hybrid, MountPoint = "/sys/fs/cgroup/unified", Controllers = ["hugetlb"] };
        CgroupSupport none = cgroup with { Layout = CgroupLayout.None, MountPoint = null, Controllers = [], Writable = Presence.Missing };
        foreach ((string controller, string remedy) in controllers)
        {
            yield return new(
                $"cgroup.{controller}", Hosts.WithoutController(controller),
                DoctorState.Missing, $"{controller} is not in /sys/fs/cgroup/cgroup.controllers", remedy);
        }

        yield return new(
            "cgroup.memory", Hosts.Complete with { Cgroup = hybrid },
            DoctorState.Missing, "memory is not in /sys/fs/cgroup/unified/cgroup.controllers", NoVersion1);
        yield return new(
            "cgroup.kill", Hosts.Complete with { Cgroup = none },
            DoctorState.Missing, "cgroup v2 is not mounted", "mount -t cgroup2 none /sys/fs/cgroup; in a container, share the host's");
        yield return new(
            "cgroup.pids", Hosts.Complete with { Cgroup = none with { Layout = CgroupLayout.Legacy } },
            DoctorState.Missing, "cgroup v2 is not mounted", NoVersion1);
        yield return new(
            "cgroup.memory", Hosts.Complete with { Cgroup = cgroup with { Writable = Presence.Missing } },
            DoctorState.Missing, "/sys/fs/cgroup cannot be written", "run as root; in a container, mount the cgroups writable");
        yield return new(
            "cgroup.memory", Hosts.Complete with { Cgroup = cgroup with { Writable = Presence.Unknown } },
            DoctorState.Unknown, "whether /sys/fs/cgroup can be written is not known", "run as root");
        yield return new(
            "cgroup.kill", Hosts.Complete with { Cgroup = cgroup with { Kill = Presence.Missing } },
            DoctorState.Missing, "cgroups have no cgroup.kill", "use Linux 5.14 or later");
        yield return new(
            "cgroup.kill", Hosts.Complete with { Cgroup = cgroup with { Kill = Presence.Unknown } },
            DoctorState.Unknown, "no cgroup could be made to look for cgroup.kill", "run as root");
        yield return new(
            "cgroup.freeze", Hosts.Complete with { Cgroup = cgroup with { Freeze = Presence.Missing } },
            DoctorState.Missing, "cgroups have no cgroup.freeze", "use Linux 5.2 or later");
    }

    private static IEnumerable<DoctorCase> Rest()
    {
        yield return new(
            "memfd-exec", Hosts.Complete with { MemfdNoexec = 2 },
            DoctorState.Missing, "vm.memfd_noexec is 2", "sysctl -w vm.memfd_noexec=1, and the same in /etc/sysctl.d");
        yield return new("memfd-exec", Hosts.Complete with { MemfdNoexec = null }, DoctorState.Present, "", "");
        yield return new(
            "overlay", Hosts.Complete with { Overlay = Presence.Missing },
            DoctorState.Missing, "/proc/filesystems does not name overlay", "modprobe overlay, and the name in /etc/modules-load.d");
        yield return new(
            "overlay", Hosts.Complete with { Overlay = Presence.Unknown },
            DoctorState.Unknown, "/proc/filesystems cannot be read", "mount /proc");
        yield return new(
            "workspaces", Hosts.Complete with { LoopDevices = false },
            DoctorState.Missing, "there is no /dev/loop-control", "modprobe loop, and the name in /etc/modules-load.d");
        yield return new("workspaces", Hosts.Complete with { MakeExt4 = null }, DoctorState.Missing, "there is no mkfs.ext4", "apt install e2fsprogs");
        yield return new(
            "fscrypt", Hosts.Complete with { Fscrypt = Presence.Missing },
            DoctorState.Missing, "neither ext4 nor f2fs offers encryption", "use a kernel with CONFIG_FS_ENCRYPTION");
        yield return new(
            "fscrypt", Hosts.Complete with { Fscrypt = Presence.Unknown },
            DoctorState.Unknown, "neither ext4 nor f2fs is loaded", "keep workspaces on ext4 or f2fs");
        yield return new(
            "privilege", Hosts.Complete with { Capabilities = s_unprivileged.Without(Capability.CAP_KILL) },
            DoctorState.Missing, "without CAP_KILL CAP_SYS_ADMIN",
            "run as root, and leave CAP_KILL CAP_SYS_ADMIN in the service's CapabilityBoundingSet=");
        yield return new(
            "privilege", Hosts.Complete with { Capabilities = CapabilitySet.All.Without(Capability.CAP_SYS_RESOURCE) },
            DoctorState.Degraded, "without CAP_SYS_RESOURCE: a jail's rlimits cannot be above the service's own, and its PID 1 can be killed when it is out of memory",
            "run as root, and leave CAP_SYS_RESOURCE in the service's CapabilityBoundingSet=");
    }
}
