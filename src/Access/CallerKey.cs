using System.Collections.Immutable;

namespace AgentSandbox.Access;

/// <summary>The API key that a caller has proved to hold.</summary>
/// <param name="Id">Its id, which is no secret.</param>
/// <param name="Name">Its name: what a principal of the policy can name.</param>
/// <param name="Roles">The roles that it was made with.</param>
public sealed record CallerKey(string Id, string Name, ImmutableArray<string> Roles);
