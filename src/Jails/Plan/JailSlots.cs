namespace AgentSandbox.Jails.Plan;

/// <summary>The names of the fds that plans refer to, and that the engine binds.</summary>
public static class JailSlots
{
    /// <summary>The mount namespace that holds the profile's root.</summary>
    public const string Template = "template";

    /// <summary>The network namespace that was made for the jail.</summary>
    public const string Network = "network";

    /// <summary>The IPC namespace that was made for the jail.</summary>
    public const string Ipc = "ipc";

    /// <summary>The user namespace that was made for the jail.</summary>
    public const string User = "user";

    /// <summary>The pidfd of the jail's PID 1.</summary>
    public const string Jail = "jail";

    /// <summary>The program of the jail's PID 1.</summary>
    public const string Init = "init";

    /// <summary>The program of a command that waits.</summary>
    public const string Ready = "ready";

    /// <summary>The end of the socket by which a command that waits learns what it is to do.</summary>
    public const string Channel = "channel";

    /// <summary>The jail's or command's cgroup.</summary>
    public const string Cgroup = "cgroup";

    /// <summary>The jail's Landlock ruleset.</summary>
    public const string Landlock = "landlock";

    /// <summary>The user namespace that maps the caller's uid to the jail's.</summary>
    public const string Idmap = "idmap";

    /// <summary>The mount of a workspace that outlives the jail.</summary>
    public const string Workspace = "workspace";

    /// <summary>This process's mount namespace.</summary>
    public const string OwnMounts = "own-mounts";

    /// <summary>This process's pid namespace.</summary>
    public const string OwnPids = "own-pids";

    /// <summary>This process's root directory.</summary>
    public const string OwnRoot = "own-root";

    /// <summary>This process's working directory.</summary>
    public const string OwnDirectory = "own-directory";

    /// <summary>A command's standard input.</summary>
    public const string Stdin = "stdin";

    /// <summary>A command's standard output.</summary>
    public const string Stdout = "stdout";

    /// <summary>A command's standard error.</summary>
    public const string Stderr = "stderr";

    /// <summary>The string that is the host's number of the jail's uid or gid <paramref name="inside"/>.</summary>
    public static string HostId(uint inside) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"host-id-{inside}");

    /// <summary>The slot of a host path that was opened once.</summary>
    public static string Source(string path) => $"source:{path}";
}
