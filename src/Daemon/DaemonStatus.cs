using System.Reflection;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Daemon;

/// <summary>How the daemon fares.</summary>
/// <param name="registry">Its jails.</param>
/// <param name="engine">Knows what is left of others.</param>
internal sealed class DaemonStatus(JailRegistry registry, JailEngine engine)
{
    /// <summary>The daemon's version.</summary>
    public static string Version { get; } = typeof(DaemonStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>How many jails it has.</summary>
    public int Jails => registry.Count;

    /// <summary>How many commands run in them.</summary>
    public int RunningCommands => registry.RunningCommands;

    /// <summary>Its open fds.</summary>
    public static int CountOpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public override string ToString()
    {
        int stuck = registry.Stuck + engine.Stuck.Length;
        return $"{Jails} jails, {RunningCommands} commands running{(stuck == 0 ? "" : $", {stuck} jails stuck in the kernel")}";
    }
}
