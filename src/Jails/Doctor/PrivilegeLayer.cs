using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>The capabilities that the service needs.</summary>
/// <remarks>Source: capabilities(7), user_namespaces(7), setns(2).</remarks>
internal static class PrivilegeLayer
{
    private static readonly DoctorLayer s_layer = new("privilege", "jails cannot be made");

    // Without these some step of every jail fails: namespaces and mounts, setns to a mount namespace, ids and their maps, the bounding set,
    // loopback, the files of a workspace, reaching into a jail, ending what runs in it.
    private static readonly Capability[] s_needed =
    [
        Capability.CAP_CHOWN,
        Capability.CAP_DAC_OVERRIDE,
        Capability.CAP_FOWNER,
        Capability.CAP_KILL,
        Capability.CAP_SETGID,
        Capability.CAP_SETUID,
        Capability.CAP_SETPCAP,
        Capability.CAP_NET_ADMIN,
        Capability.CAP_SYS_CHROOT,
        Capability.CAP_SYS_PTRACE,
        Capability.CAP_SYS_ADMIN,
    ];

    /// <summary>The layer's finding.</summary>
    public static DoctorFinding Examine(HostFeatures host)
    {
        string lacking = string.Join(' ', s_needed.Where(capability => !host.Capabilities.Has(capability)));
        if (lacking.Length > 0)
        {
            return s_layer.Missing($"without {lacking}", RemedyFor(lacking));
        }

        return host.Capabilities.Has(Capability.CAP_SYS_RESOURCE)
            ? s_layer.Present()
            : s_layer.Degraded(
                "without CAP_SYS_RESOURCE: a jail's rlimits cannot be above the service's own, and its PID 1 can be killed when it is out of memory",
                RemedyFor(nameof(Capability.CAP_SYS_RESOURCE)));
    }

    private static string RemedyFor(string capabilities) => $"run as root, and leave {capabilities} in the service's CapabilityBoundingSet=";
}
