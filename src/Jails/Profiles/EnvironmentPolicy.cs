using System.Collections.Immutable;

namespace AgentSandbox.Jails.Profiles;

/// <summary>The environment of a jail's programs: nothing of the daemon's.</summary>
public sealed record EnvironmentPolicy
{
    /// <summary>The variables that every command gets.</summary>
    public required ImmutableSortedDictionary<string, string> Variables { get; init; }

    /// <summary>Names that a request may not set. A name that ends in <c>*</c> stands for all that begin so.</summary>
    public required ImmutableArray<string> Deny { get; init; }
}
