using System.Collections.Immutable;

namespace AgentSandbox.Kernel;

/// <summary>What this host gives to build jails from, found out once by trying (never by the kernel's version).</summary>
/// <remarks>No probe throws because something is missing, and none leaves anything behind.</remarks>
public sealed record HostFeatures
{
    private const string HostProc = "/proc";
    private static readonly string[] s_makeExt4 = ["/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4"];

    private static readonly Lazy<HostFeatures> s_current = new(() => Probe());

    /// <summary>This host, probed on first use and then remembered.</summary>
    public static HostFeatures Current => s_current.Value;

    /// <summary>Landlock.</summary>
    public required LandlockSupport Landlock { get; init; }

    /// <summary>Seccomp filters.</summary>
    public required SeccompSupport Seccomp { get; init; }

    /// <summary>The namespaces: one entry for each of <see cref="NamespaceSupport.Kinds"/>.</summary>
    public required ImmutableArray<NamespaceSupport> Namespaces { get; init; }

    /// <summary>Whether a program can enter a time namespace of its own by execve. Since Linux 6.3.</summary>
    public required ProbeResult TimeNamespaceAtExec { get; init; }

    /// <summary>What distributions forbid of user namespaces.</summary>
    public required UserNamespaceSupport UserNamespaces { get; init; }

    /// <summary>Cgroup v2.</summary>
    public required CgroupSupport Cgroup { get; init; }

    /// <summary>The newer system calls.</summary>
    public required CallSupport Calls { get; init; }

    /// <summary><c>vm.memfd_noexec</c>: 2 forbids to execute a memfd; 0 and 1 do not; null before Linux 6.3, which does not either.</summary>
    /// <remarks>Source: admin-guide/sysctl/vm.rst, "memfd_noexec".</remarks>
    public required long? MemfdNoexec { get; init; }

    /// <summary>overlayfs, built in or loaded.</summary>
    public required Presence Overlay { get; init; }

    /// <summary>Whether overlayfs takes layers one by one (<c>lowerdir+</c>, since Linux 6.7), and not only all in one short text.</summary>
    public required bool OverlayTakesLayers { get; init; }

    /// <summary>Loop devices (<c>/dev/loop-control</c>).</summary>
    public required bool LoopDevices { get; init; }

    /// <summary>The path of mkfs.ext4; null: the host does not have it.</summary>
    public required string? MakeExt4 { get; init; }

    /// <summary>fscrypt, in ext4 or f2fs.</summary>
    public required Presence Fscrypt { get; init; }

    /// <summary>The capabilities that this process has in effect.</summary>
    public required CapabilitySet Capabilities { get; init; }

    /// <summary>Probes this host.</summary>
    /// <param name="proc">Where procfs is mounted. Useful for tests.</param>
    /// <param name="sys">Where sysfs is mounted. Useful for tests.</param>
    public static HostFeatures Probe(string proc = HostProc, string sys = "/sys") => new()
    {
        Landlock = LandlockSupport.Probe(sys),
        Seccomp = SeccompSupport.Probe(),
        Namespaces = NamespaceSupport.Probe(proc),
        TimeNamespaceAtExec = TimeNamespaceProbe.Probe(),
        UserNamespaces = UserNamespaceSupport.Probe(proc),
        Cgroup = CgroupSupport.Probe(proc),
        Calls = CallSupport.Probe(),
        MemfdNoexec = HostFile.ReadNumber(Path.Combine(proc, "sys/vm/memfd_noexec")),
        Overlay = ProbeOverlay(proc),
        OverlayTakesLayers = Mounts.KnowsOption("overlay", "lowerdir+", "/"),
        LoopDevices = File.Exists("/dev/loop-control"),
        MakeExt4 = s_makeExt4.FirstOrDefault(File.Exists),
        Fscrypt = ProbeFscrypt(sys),
        Capabilities = CapabilitySet.ReadEffective(proc),
    };

    // "nodev	overlay"; a module is not named there before somebody needed it.
    private static Presence ProbeOverlay(string proc)
    {
        string[]? names = HostFile.ReadWords(Path.Combine(proc, "filesystems"));
        return names is null ? Presence.Unknown : names.Contains("overlay") || (proc == HostProc && Mounts.HasType("overlay")) ? Presence.Present : Presence.Missing;
    }

    // /sys/fs/ext4 is there once ext4 is; the feature file only if ext4 was built with fscrypt.
    private static Presence ProbeFscrypt(string sys)
    {
        string[] fileSystems = ["ext4", "f2fs"];
        return fileSystems.Any(name => File.Exists(Path.Combine(sys, $"fs/{name}/features/encryption"))) ? Presence.Present
            : fileSystems.Any(name => Directory.Exists(Path.Combine(sys, $"fs/{name}"))) ? Presence.Missing
            : Presence.Unknown;
    }
}
