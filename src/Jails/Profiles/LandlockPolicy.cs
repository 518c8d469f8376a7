using System.Collections.Immutable;

namespace AgentSandbox.Jails.Profiles;

/// <summary>The Landlock ruleset of every command: what is not granted here is refused, whatever the mounts allow.</summary>
public sealed record LandlockPolicy
{
    /// <summary>The grants by path.</summary>
    public required ImmutableArray<LandlockPathRule> Paths { get; init; }

    /// <summary>TCP ports that may be bound and connected to, or null: TCP is not restricted (the network namespace is).</summary>
    public required LandlockTcpRule? Tcp { get; init; }

    /// <summary>True: no connection to abstract Unix sockets made outside the command (ABI 6).</summary>
    public required bool ScopeAbstractUnixSocket { get; init; }

    /// <summary>True: no signal to processes outside the command (ABI 6).</summary>
    public required bool ScopeSignal { get; init; }
}
