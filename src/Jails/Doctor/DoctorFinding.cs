namespace AgentSandbox.Jails.Doctor;

/// <summary>One layer of a jail, as it stands on this host.</summary>
public sealed record DoctorFinding
{
    /// <summary>The layer's name: <c>namespaces.user</c>, <c>cgroup.memory</c>.</summary>
    public required string Layer { get; init; }

    /// <summary>How it stands.</summary>
    public required DoctorState State { get; init; }

    /// <summary>True if the default profile starts no jail without it.</summary>
    public required bool Required { get; init; }

    /// <summary>What was seen: <c>ABI 7</c>, <c>clone3 answers ENOSYS</c>; empty if there is nothing to add to the state.</summary>
    public required string Detail { get; init; }

    /// <summary>What it costs to lack the layer.</summary>
    public required string Cost { get; init; }

    /// <summary>How to get it; empty if it is present.</summary>
    public required string Remedy { get; init; }
}
