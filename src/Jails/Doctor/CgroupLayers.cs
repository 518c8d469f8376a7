using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>The controllers of cgroup v2, and the files that end and pause a group.</summary>
internal static class CgroupLayers
{
    private const string NoVersion1 = "boot with systemd.unified_cgroup_hierarchy=1 (without systemd: cgroup_no_v1=all)";

    private static readonly (string Controller, string Remedy, DoctorLayer Layer)[] s_controllers =
    [
        ("memory", "boot with cgroup_enable=memory (CONFIG_MEMCG)", new("cgroup.memory", "one jail could use up the host's memory")),
        ("cpu", "use a kernel with CONFIG_CFS_BANDWIDTH", new("cgroup.cpu", "one jail could use up the host's CPU time")),
        ("cpuset", "use a kernel with CONFIG_CPUSETS", new("cgroup.cpuset", "jails cannot be bound to CPUs", Required: false)),
        ("io", "use a kernel with CONFIG_BLK_CGROUP", new("cgroup.io", "one jail could use up the disk's throughput")),
        ("pids", "use a kernel with CONFIG_CGROUP_PIDS", new("cgroup.pids", "a fork bomb in one jail would reach the host")),
    ];

    private static readonly DoctorLayer s_kill = new("cgroup.kill", "processes that fork while they are being killed could outlive their command");
    private static readonly DoctorLayer s_freeze = new("cgroup.freeze", "jails cannot be paused", Required: false);

    /// <summary>One finding for each layer.</summary>
    public static IEnumerable<DoctorFinding> Examine(HostFeatures host)
    {
        CgroupSupport cgroup = host.Cgroup;
        foreach ((string controller, string remedy, DoctorLayer layer) in s_controllers)
        {
            yield return Unusable(layer, cgroup) ?? ExamineController(layer, cgroup, controller, remedy);
        }

        yield return Unusable(s_kill, cgroup) ?? ExamineFile(s_kill, cgroup.Kill, "cgroup.kill", "5.14");
        yield return Unusable(s_freeze, cgroup) ?? ExamineFile(s_freeze, cgroup.Freeze, "cgroup.freeze", "5.2");
    }

    // What takes away all of these layers at once; null if nothing does.
    private static DoctorFinding? Unusable(DoctorLayer layer, CgroupSupport cgroup) => (cgroup.MountPoint, cgroup.Writable) switch
    {
        (null, _) => layer.Missing(
            "cgroup v2 is not mounted",
            cgroup.Layout == CgroupLayout.Legacy ? NoVersion1 : "mount -t cgroup2 none /sys/fs/cgroup; in a container, share the host's"),
        (string point, Presence.Missing) => layer.Missing($"{point} cannot be written", "run as root; in a container, mount the cgroups writable"),
        (string point, Presence.Unknown) => layer.Unknown($"whether {point} can be written is not known", "run as root"),
        _ => null,
    };

    private static DoctorFinding ExamineController(DoctorLayer layer, CgroupSupport cgroup, string controller, string remedy) =>
        cgroup.Controllers.Contains(controller) ? layer.Present()
        : layer.Missing($"{controller} is not in {cgroup.MountPoint}/cgroup.controllers", cgroup.Layout == CgroupLayout.Hybrid ? NoVersion1 : remedy);

    private static DoctorFinding ExamineFile(DoctorLayer layer, Presence presence, string file, string since) => presence switch
    {
        Presence.Present => layer.Present(),
        Presence.Missing => layer.Missing($"cgroups have no {file}", $"use Linux {since} or later"),
        _ => layer.Unknown($"no cgroup could be made to look for {file}", "run as root"),
    };
}
