using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>The eight namespaces.</summary>
internal static class NamespaceLayers
{
    private static readonly (string Kind, string Option, DoctorLayer Layer)[] s_layers =
    [
        ("user", "CONFIG_USER_NS", new("namespaces.user", "root in a jail would be root on the host")),
        ("mnt", "CONFIG_NAMESPACES", new("namespaces.mount", "a jail would see the host's files")),
        ("pid", "CONFIG_PID_NS", new("namespaces.pid", "a jail would see the host's processes")),
        ("net", "CONFIG_NET_NS", new("namespaces.network", "a jail would have the host's network")),
        ("ipc", "CONFIG_IPC_NS", new("namespaces.ipc", "a jail would share System V IPC and message queues with the host")),
        ("uts", "CONFIG_UTS_NS", new("namespaces.uts", "a jail would have the host's name")),
        ("cgroup", "CONFIG_CGROUPS", new("namespaces.cgroup", "a jail would see its place in the host's cgroups")),
        ("time", "CONFIG_TIME_NS", new("namespaces.time", "a jail sees how long the host has been running", Required: false)),
    ];

    /// <summary>One finding for each kind.</summary>
    public static IEnumerable<DoctorFinding> Examine(HostFeatures host)
    {
        foreach ((string kind, string option, DoctorLayer layer) in s_layers)
        {
            yield return Examine(host, kind, option, layer);
        }
    }

    private static DoctorFinding Examine(HostFeatures host, string kind, string option, DoctorLayer layer)
    {
        NamespaceSupport support = host.Namespaces.FirstOrDefault(support => support.Kind == kind);
        if (!support.Present)
        {
            return layer.Missing($"there is no /proc/self/ns/{kind}", $"use a kernel with {option}");
        }

        if (support.Max == 0)
        {
            return layer.Missing($"user.max_{kind}_namespaces is 0", $"sysctl -w user.max_{kind}_namespaces=10000, and the same in /etc/sysctl.d");
        }

        if (kind == "time" && host.TimeNamespaceAtExec.Presence != Presence.Present)
        {
            return layer.Lacking("clone3 with CLONE_VM from a new time namespace", host.TimeNamespaceAtExec, "use Linux 6.3 or later: there an execve enters it");
        }

        return kind == "user" && !host.Capabilities.Has(Capability.CAP_SYS_ADMIN) ? ExamineUnprivileged(host.UserNamespaces, layer) : layer.Present();
    }

    private static DoctorFinding ExamineUnprivileged(UserNamespaceSupport support, DoctorLayer layer)
    {
        if (support.UnprivilegedClone == 0)
        {
            return layer.Missing(
                "kernel.unprivileged_userns_clone is 0, and CAP_SYS_ADMIN is lacking",
                "run as root, or sysctl -w kernel.unprivileged_userns_clone=1");
        }

        return support.AppArmorRestrict is null or 0
            ? layer.Present()
            : layer.Missing(
                "kernel.apparmor_restrict_unprivileged_userns is set, and CAP_SYS_ADMIN is lacking",
                "run as root, or give the program an AppArmor profile with 'userns,'");
    }
}
