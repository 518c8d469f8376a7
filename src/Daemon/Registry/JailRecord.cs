using System.Collections.Immutable;
using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Registry;

/// <summary>What the daemon knows of a jail beyond what the engine does.</summary>
internal sealed record JailRecord
{
    /// <summary>To whom it belongs.</summary>
    public required OwnerId Owner { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The owner's marks.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>It ends so long after it was made.</summary>
    public required Limit<TimeSpan> TimeToLive { get; init; }

    /// <summary>It ends when it was not used for so long.</summary>
    public required Limit<TimeSpan> IdleTimeout { get; init; }
}
