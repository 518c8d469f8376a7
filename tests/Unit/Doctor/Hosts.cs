using AgentSandbox.Kernel;

namespace AgentSandbox.Tests.Unit.Doctor;

/// <summary>Made-up hosts.</summary>
internal static class Hosts
{
    private static readonly ProbeResult s_done = new(Presence.Present, Errno.None);

    /// <summary>A host that has everything.</summary>
    public static HostFeatures Complete { get; } = new()
    {
        Landlock = new(7, Errno.None, 0, Presence.Present),
        Seccomp = new(s_done, s_done, s_done, s_done),
        Namespaces = [.. NamespaceSupport.Kinds.Select(kind => new NamespaceSupport(kind, true, 1000))],
        TimeNamespaceAtExec = new(Presence.Present, Errno.EFAULT),
        UserNamespaces = default,
        Cgroup = new()
        {
            Layout = CgroupLayout.Unified,
            MountPoint = "/sys/fs/cgroup",
            Controllers = ["cpu", "cpuset", "io", "memory", "pids"],
            Writable = Presence.Present,
            Kill = Presence.Present,
            Freeze = Presence.Present,
        },
        Calls = new()
        {
            Clone3 = ProbeResult.Present,
            CloneIntoCgroup = ProbeResult.Present,
            PidfdOpen = s_done,
            PeerPidfd = new(Presence.Present, Errno.ENODATA),
            PidfdInfo = s_done,
            CloseRange = ProbeResult.Present,
            Openat2 = ProbeResult.Present,
            OpenTree = ProbeResult.Present,
            MoveMount = ProbeResult.Present,
            Fsopen = ProbeResult.Present,
            Fsconfig = ProbeResult.Present,
            Fsmount = ProbeResult.Present,
            MountSetattr = ProbeResult.Present,
            MountIdmap = new(Presence.Present, Errno.EBADF),
            FutexWaitv = ProbeResult.Present,
        },
        MemfdNoexec = 0,
        Overlay = Presence.Present,
        OverlayTakesLayers = true,
        LoopDevices = true,
        MakeExt4 = "/usr/sbin/mkfs.ext4",
        Fscrypt = Presence.Present,
        Capabilities = CapabilitySet.All,
    };

    /// <summary><see cref="Complete"/> with another entry for one kind of namespace.</summary>
    public static HostFeatures With(NamespaceSupport support) =>
        Complete with { Namespaces = [.. Complete.Namespaces.Where(other => other.Kind != support.Kind), support] };

    /// <summary><see cref="Complete"/> without one cgroup controller.</summary>
    public static HostFeatures WithoutController(string name) =>
        Complete with { Cgroup = Complete.Cgroup with { Controllers = Complete.Cgroup.Controllers.Remove(name) } };
}
