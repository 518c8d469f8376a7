using System.Collections.Immutable;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>How the daemon itself runs: <c>daemon.json</c>. Sockets and directories hold from the start on; the rest can be read again.</summary>
internal sealed record DaemonConfig
{
    /// <summary>The socket of the API.</summary>
    public string ApiSocket { get; init; } = "/run/agent-sandboxd/api.sock";

    /// <summary>The socket on which callers hand over their standard streams.</summary>
    public string HandoffSocket { get; init; } = "/run/agent-sandboxd/handoff.sock";

    /// <summary>The group whose members may connect; empty: root alone.</summary>
    public string SocketGroup { get; init; } = "agent-sandbox";

    /// <summary>What is kept while the host runs: locks, and what adoption needs.</summary>
    public string RuntimeDirectory { get; init; } = "/run/agent-sandboxd";

    /// <summary>What is kept over a reboot: keys, the head of the audit chain.</summary>
    public string StateDirectory { get; init; } = "/var/lib/agent-sandboxd";

    /// <summary>The directories of profiles: the first that exists when they are read counts. The administrator's stands before the package's.</summary>
    public ImmutableArray<string> Profiles { get; init; } = ["/etc/agent-sandboxd/profiles", "/usr/share/agent-sandboxd/profiles"];

    /// <summary>Who may do what.</summary>
    public string Policy { get; init; } = "/etc/agent-sandboxd/policy.json";

    /// <summary>The audit trail.</summary>
    public AuditConfig Audit { get; init; } = new();

    /// <summary>The name of the daemon's cgroup where systemd gives it none.</summary>
    public string Cgroup { get; init; } = "agent-sandboxd";

    /// <summary>How many network namespaces are kept ready: 0 to 256.</summary>
    public int SpareNetworks { get; init; } = 4;

    /// <summary>How many complete jails are kept ready for each profile in use: 0 to 64.</summary>
    public int ReadyJails { get; init; } = 2;

    /// <summary>In how many jails, those that ran a command last, a process waits to be the next command: 0 to 1024.</summary>
    public int ReadyCommands { get; init; } = 16;

    /// <summary>True: jails live on when the daemon stops, and are adopted by the next. False: they end with it.</summary>
    public bool KeepJails { get; init; } = true;
}
