using System.Collections.Immutable;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>An MCP server that the administrator declared: what it runs, in which jail, and who may use what of it.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Start">What the daemon is asked to run, without the secrets.</param>
public sealed record JailedServer(string Name, string Summary, RunStart Start)
{
    /// <summary>The most that an answer of it may have if its file does not say, in bytes.</summary>
    public const long UsualResultLimit = 1024 * 1024;

    /// <summary>Variables whose values lie in files of the user's: name and path.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What each role may use of it: names or addresses, or beginnings of them with a star. Empty: all roles may use all. If one offer is given to roles, what is not given of the others is nobody's.</summary>
    public ImmutableDictionary<ServerOffer, ImmutableDictionary<string, ImmutableArray<string>>> Given { get; init; } = ImmutableDictionary<ServerOffer, ImmutableDictionary<string, ImmutableArray<string>>>.Empty;

    /// <summary>The most that an answer of it may have, in bytes.</summary>
    public long ResultLimit { get; init; } = UsualResultLimit;

    /// <summary>Whether a caller may use something. An API key narrows: with one, a role of it and one of its user's must give it.</summary>
    public bool Allows(WhoamiResponse caller, ServerOffer offer, string name) =>
        Given.IsEmpty || (caller.Roles.Any(role => Gives(role, offer, name)) && (caller.KeyId.Length == 0 || caller.UserRoles.Any(role => Gives(role, offer, name))));

    /// <summary>Whether a caller has a role that may use any of an offer.</summary>
    public bool AllowsSome(WhoamiResponse caller, ServerOffer offer) => Given.IsEmpty || (Given.TryGetValue(offer, out ImmutableDictionary<string, ImmutableArray<string>>? roles) && caller.Roles.Any(roles.ContainsKey));

    private bool Gives(string role, ServerOffer offer, string name) =>
        Given.TryGetValue(offer, out ImmutableDictionary<string, ImmutableArray<string>>? roles)
        && roles.GetValueOrDefault(role, []).Any(pattern => pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern);
}
