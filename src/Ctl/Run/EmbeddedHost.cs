using System.Globalization;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Run;

/// <summary>What a process without a daemon takes from its host.</summary>
internal static class EmbeddedHost
{
    private const string StateDirectory = "/run/agent-sandboxd";
    private const string CgroupName = "agent-sandboxd.embedded";
    private static readonly string[] s_controllers = ["cpu", "memory", "pids"];

    /// <summary>To whom files in writable binds belong: who called us, or under sudo who called that.</summary>
    public static (uint Uid, uint Gid) Caller =>
        Environment.IsPrivilegedProcess && Number("SUDO_UID") is uint uid && Number("SUDO_GID") is uint gid ? (uid, gid) : OwnProcess.Identity;

    /// <summary>An engine of our own. The caller disposes it.</summary>
    public static JailEngine CreateEngine(HostFacts host)
    {
        CgroupSupport cgroup = HostFeatures.Current.Cgroup;
        CgroupTree? tree = host.Cgroup ? new(cgroup.MountPoint!, CgroupName, [.. s_controllers.Where(cgroup.Controllers.Contains)]) : null;
        return new JailEngine(host, tree, StateDirectory);
    }

    private static uint? Number(string variable) =>
        uint.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
