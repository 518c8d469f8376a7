using System.Globalization;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Engines for processes that make jails themselves, without a daemon.</summary>
public static class EmbeddedEngine
{
    /// <summary>A directory of root's that all engines of this host share.</summary>
    internal const string StateDirectory = "/run/agent-sandboxd";

    private const string CgroupName = "agent-sandboxd.embedded";
    private static readonly string[] s_controllers = ["cpu", "cpuset", "io", "memory", "pids"];

    /// <summary>An engine on this host. The caller disposes it.</summary>
    /// <param name="host">What the host can do, as <see cref="HostFacts.From"/> says of <paramref name="features"/>.</param>
    /// <param name="features">The host.</param>
    /// <param name="reserve">What is kept ready: nothing for a process that makes one jail.</param>
    /// <param name="workspaces">Where workspaces are kept that outlive jails, owned by the engine; null: there are none.</param>
    /// <exception cref="SyscallException">EPERM: root is needed.</exception>
    public static JailEngine Create(HostFacts host, HostFeatures features, Reserve reserve = default, WorkspaceStore? workspaces = null) =>
        Create(host, features, reserve, CgroupName, new Spawner(), workspaces);

    internal static JailEngine Create(HostFacts host, HostFeatures features, Reserve reserve, string cgroup, Spawner spawner, WorkspaceStore? workspaces = null)
    {
        CgroupTree? tree = host.Cgroup
            ? new CgroupTree(features.Cgroup.MountPoint!, cgroup, [.. s_controllers.Where(features.Cgroup.Controllers.Contains)], string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}."))
            : null;
        JailEngine engine = new(host, tree, new UidRangePool(StateDirectory, UidRegion.Embedded), reserve, spawner, workspaces);
        engine.Sweep(BelongsToTheLiving);
        return engine;
    }

    // A cgroup's name begins with the pid of the process that made it.
    private static bool BelongsToTheLiving(string name) =>
        !int.TryParse(name.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int creator) || Directory.Exists($"/proc/{creator}");
}
