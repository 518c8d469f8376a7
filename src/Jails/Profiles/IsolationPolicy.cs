using System.Collections.Immutable;

namespace AgentSandbox.Jails.Profiles;

/// <summary>Who a jail's programs are. The eight namespaces are not a choice: every jail has them.</summary>
public sealed record IsolationPolicy
{
    /// <summary>The layers that a profile, and a role, can let go.</summary>
    public static ImmutableArray<string> Degradable { get; } =
    [
        "cgroup.cpu", "cgroup.io", "cgroup.kill", "cgroup.memory", "cgroup.pids",
        "landlock", "landlock.tcp",
    ];

    /// <summary>The uid that programs have inside: 1 to 65533. (0 is the jail's PID 1.)</summary>
    public required uint Uid { get; init; }

    /// <summary>The gid that programs have inside: 1 to 65533.</summary>
    public required uint Gid { get; init; }

    /// <summary>The login name of that uid in the jail's <c>/etc/passwd</c>, and of its group.</summary>
    public required string User { get; init; }

    /// <summary>The jail's host name: 1 to 63 letters, digits and hyphens.</summary>
    public required string Hostname { get; init; }

    /// <summary>Layers that a caller may give up by name with <c>--allow-degraded</c>: <c>cgroup.memory</c>, .... Empty: none.</summary>
    public required ImmutableArray<string> AllowDegraded { get; init; }
}
