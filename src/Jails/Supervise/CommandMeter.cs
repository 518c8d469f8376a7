using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Reads what a command used: from its cgroup, which counts all that it started; without one, from what the kernel gives its parent.</summary>
internal static class CommandMeter
{
    /// <summary>The usage of a command that has ended.</summary>
    /// <remarks>Source: cgroup-v2.rst, "cpu.stat", "memory.peak" (since Linux 5.19).</remarks>
    internal static CommandUsage Read(Cgroup? leaf, ExitStatus status, TimeSpan wall)
    {
        long? user = leaf?.ReadKey("cpu.stat", "user_usec");
        long? system = leaf?.ReadKey("cpu.stat", "system_usec");
        long? peak = long.TryParse(leaf?.Read("memory.peak"), out long bytes) ? bytes : null;
        return new CommandUsage(
            wall,
            user is null ? status.UserTime : TimeSpan.FromMicroseconds(user.Value),
            system is null ? status.SystemTime : TimeSpan.FromMicroseconds(system.Value),
            peak);
    }
}
