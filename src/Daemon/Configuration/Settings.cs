using System.Collections.Immutable;
using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>What the administrator's files said when they were last read.</summary>
/// <param name="Profiles">The profiles by name.</param>
/// <param name="Policy">Who may do what.</param>
internal sealed record Settings(ImmutableSortedDictionary<string, JailProfile> Profiles, AccessPolicy Policy)
{
    /// <summary>The profile of this name.</summary>
    /// <exception cref="PolicyException">There is none.</exception>
    public JailProfile Profile(string name) => Profiles.TryGetValue(name, out JailProfile? profile)
        ? profile
        : throw new PolicyException("profile", $"there is no profile '{name}'; there are {string.Join(", ", Profiles.Keys)}");
}
