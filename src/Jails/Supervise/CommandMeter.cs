using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Cgroups.Usage;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Reads what a command used: from its cgroup, which counts all that it started; without one, from what the kernel gives its parent.</summary>
internal static class CommandMeter
{
    /// <summary>The usage of a command that has ended.</summary>
    internal static CommandUsage Read(Cgroup? leaf, ExitStatus status, TimeSpan wall) =>
        leaf is null ? new(wall, status.UserTime, status.SystemTime, null, null) : Read(leaf, wall);

    /// <summary>The usage until now of a command that has a cgroup.</summary>
    internal static CommandUsage Read(Cgroup leaf, TimeSpan wall)
    {
        CgroupUsage usage = CgroupUsage.Read(leaf);
        return new(wall, usage.Cpu.User, usage.Cpu.System, usage.Memory?.PeakBytes, usage);
    }
}
