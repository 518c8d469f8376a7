using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>Landlock and what its later ABIs brought.</summary>
/// <remarks>Source: userspace-api/landlock.rst, "Previous limitations".</remarks>
internal static class LandlockLayers
{
    private static readonly DoctorLayer s_landlock = new("landlock", "a wrong mount would be the only thing between a jail and a file");

    private static readonly (int Abi, string Since, DoctorLayer Layer)[] s_later =
    [
        (4, "6.7", new("landlock.tcp", "a jail with a network could use every TCP port", Required: false)),
        (5, "6.10", new("landlock.ioctl", "a jail could send any ioctl to a device that it may open", Required: false)),
        (6, "6.12", new("landlock.scope", "a command could signal the jail's other commands, and reach abstract sockets outside its own domain", Required: false)),
    ];

    /// <summary>One finding for each layer.</summary>
    public static IEnumerable<DoctorFinding> Examine(HostFeatures host)
    {
        DoctorFinding landlock = Examine(host.Landlock);
        yield return landlock;
        foreach ((int abi, string since, DoctorLayer layer) in s_later)
        {
            yield return landlock.State == DoctorState.Unknown ? layer.Unknown(landlock.Detail, landlock.Remedy)
                : host.Landlock.Abi == 0 ? layer.Missing(landlock.Detail, landlock.Remedy)
                : host.Landlock.Abi < abi ? layer.Missing($"ABI {host.Landlock.Abi}: this came with ABI {abi}", $"use Linux {since} or later")
                : layer.Present();
        }
    }

    private static DoctorFinding Examine(LandlockSupport landlock) => landlock switch
    {
        { Abi: >= 7 } => s_landlock.Present($"ABI {landlock.Abi}"),
        { Abi: >= 3 } => s_landlock.Present($"ABI {landlock.Abi}: what it refuses is not in the audit log (ABI 7)"),
        { Abi: > 0 } => s_landlock.Degraded($"ABI {landlock.Abi}: it cannot refuse to truncate a file (ABI 3)", "use Linux 6.2 or later"),
        { Error: Errno.EOPNOTSUPP } => s_landlock.Missing(
            "the kernel has Landlock, switched off at boot",
            "put landlock first into the lsm= list of the kernel command line (the active list: /sys/kernel/security/lsm) and reboot"),
        { Error: Errno.ENOSYS } => s_landlock.Missing(
            "landlock_create_ruleset answers ENOSYS",
            "use a kernel with CONFIG_SECURITY_LANDLOCK (Linux 5.13 or later); in a container, allow landlock_* in the container's seccomp profile"),
        _ => s_landlock.Unknown(
            $"landlock_create_ruleset answers {landlock.Error}{(landlock.InLsmList == Presence.Present ? ", though Landlock is active" : "")}",
            "in a container, allow landlock_* in the container's seccomp profile"),
    };
}
