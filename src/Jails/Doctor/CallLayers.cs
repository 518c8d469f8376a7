using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>The layers that are system calls: clone3, pidfds and the mount calls.</summary>
internal static class CallLayers
{
    private static readonly DoctorLayer s_clone3 = new("clone3", "no command can be started in its cgroup from its first instruction on");
    private static readonly DoctorLayer s_pidfd = new("pidfd", "processes would be known by numbers, which the kernel gives to others later");
    private static readonly DoctorLayer s_mountApi = new("mount-api", "a jail's root would be built by paths, which can be swapped meanwhile");
    private static readonly DoctorLayer s_idmap = new("mount.idmap", "a jail could not own the files of a directory that its caller shares with it");

    /// <summary>One finding for each layer.</summary>
    public static IEnumerable<DoctorFinding> Examine(HostFeatures host)
    {
        CallSupport calls = host.Calls;
        yield return Examine(
            s_clone3,
            ("clone3", calls.Clone3, "5.3"),
            ("clone3(CLONE_INTO_CGROUP)", calls.CloneIntoCgroup, "5.7"),
            ("close_range", calls.CloseRange, "5.9"),
            ("futex_waitv", calls.FutexWaitv, "5.16"));
        yield return ExaminePidfd(calls);
        yield return Examine(
            s_mountApi,
            ("open_tree", calls.OpenTree, "5.2"),
            ("move_mount", calls.MoveMount, "5.2"),
            ("fsopen", calls.Fsopen, "5.2"),
            ("fsconfig", calls.Fsconfig, "5.2"),
            ("fsmount", calls.Fsmount, "5.2"),
            ("openat2", calls.Openat2, "5.6"),
            ("mount_setattr", calls.MountSetattr, "5.12"));
        yield return Examine(s_idmap, ("mount_setattr(MOUNT_ATTR_IDMAP)", calls.MountIdmap, "5.12"));
    }

    private static DoctorFinding Examine(DoctorLayer layer, params ReadOnlySpan<(string Call, ProbeResult Probe, string Since)> calls)
    {
        foreach ((string call, ProbeResult probe, string since) in calls)
        {
            if (probe.Presence != Presence.Present)
            {
                return layer.Lacking(call, probe, UseLinux(since));
            }
        }

        return layer.Present();
    }

    private static DoctorFinding ExaminePidfd(CallSupport calls)
    {
        DoctorFinding pidfd = Examine(s_pidfd, ("pidfd_open", calls.PidfdOpen, "5.3"));
        return pidfd.State == DoctorState.Present && calls.PeerPidfd.Presence != Presence.Present
            ? s_pidfd.Degraded($"SO_PEERPIDFD answers {calls.PeerPidfd.Errno}: callers are known by process number", "use Linux 6.5 or later")
            : pidfd;
    }

    private static string UseLinux(string version) =>
        $"use Linux {version} or later; in a container, allow the call in the container's seccomp profile";
}
