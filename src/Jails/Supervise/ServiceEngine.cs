using System.Globalization;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Engines for the daemon: jails outlive the process, and a later one takes hold of them.</summary>
public static class ServiceEngine
{
    private const string Supervisor = "supervisor";
    private const string Jails = "jails";
    private static readonly string[] s_controllers = ["cpu", "cpuset", "io", "memory", "pids"];

    /// <summary>An engine on this host. The caller disposes it, adopts what lives, and then sweeps.</summary>
    /// <param name="host">What the host can do.</param>
    /// <param name="features">The host.</param>
    /// <param name="cgroup">The name of our cgroup where systemd gives us none: one daemon's and nobody else's.</param>
    /// <param name="spareNetworks">How many sites are kept ready: 0 or more.</param>
    /// <param name="workspaces">Where workspaces are kept; the engine owns it.</param>
    /// <exception cref="SyscallException">EPERM: root is needed. EBUSY: others are in the cgroup that is ours.</exception>
    public static JailEngine Create(HostFacts host, HostFeatures features, string cgroup, int spareNetworks, WorkspaceStore? workspaces = null)
    {
        CgroupTree? tree = null;
        if (host.Cgroup)
        {
            string above = FindSubtree(features.Cgroup.MountPoint!, cgroup);
            tree = new CgroupTree(above, Jails, [.. s_controllers.Where(Offered(above).Contains)], prefix: "");
        }

        return new JailEngine(host, tree, new UidRangePool(EmbeddedEngine.StateDirectory, UidRegion.Service), spareNetworks, new Spawner(), workspaces);
    }

    // Under systemd the unit's cgroup, which is delegated to us; we stand in a leaf of it, for a cgroup with children holds no processes.
    private static string FindSubtree(string mount, string name)
    {
        string own = OwnProcess.ReadCgroup();
        if (own.EndsWith($"/{Supervisor}", StringComparison.Ordinal))
        {
            return mount + own[..^(Supervisor.Length + 1)]; // DelegateSubgroup=, since systemd 254
        }

        if (own.EndsWith(".service", StringComparison.Ordinal))
        {
            string unit = mount + own;
            Directory.CreateDirectory(Path.Combine(unit, Supervisor));
            File.WriteAllText(Path.Combine(unit, Supervisor, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return unit;
        }

        string above = Path.Combine(mount, name);
        Directory.CreateDirectory(above);
        EnableIn(mount);
        return above;
    }

    private static void EnableIn(string directory)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = Files.Open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY);
        CgroupTree.Enable(handle, [.. s_controllers.Where(Offered(directory).Contains)]);
    }

    private static string[] Offered(string directory) => File.ReadAllText(Path.Combine(directory, "cgroup.controllers")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
