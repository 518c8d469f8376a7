namespace AgentSandbox.Jails.Profiles;

/// <summary>What a jail is: the administrator's file from <c>native-profiles</c>, complete after <c>extends</c> is resolved.</summary>
public sealed record JailProfile
{
    /// <summary>The profile's name: its file's name without <c>.json</c>; <c>[a-z][a-z0-9-]{0,31}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence that says what the profile is for.</summary>
    public required string Summary { get; init; }

    /// <summary>Identity and namespaces.</summary>
    public required IsolationPolicy Isolation { get; init; }

    /// <summary>What the jail sees as its file system.</summary>
    public required FilesystemPolicy Filesystem { get; init; }

    /// <summary>The system calls that its programs may make.</summary>
    public required SyscallPolicy Syscalls { get; init; }

    /// <summary>The second fence around files, ports and signals.</summary>
    public required LandlockPolicy Landlock { get; init; }

    /// <summary>Default limits, and the most that a request may ask for.</summary>
    public required LimitPolicy Limits { get; init; }

    /// <summary>The network that the jail has.</summary>
    public required NetworkPolicy Network { get; init; }

    /// <summary>The environment of its programs.</summary>
    public required EnvironmentPolicy Environment { get; init; }
}
