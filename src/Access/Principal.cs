using System.Collections.Immutable;

namespace AgentSandbox.Access;

/// <summary>Those who have certain roles.</summary>
/// <param name="Kind">By what they are known.</param>
/// <param name="Text">As the policy names them: <c>group agent-sandbox</c>.</param>
/// <param name="Place">Where it stands: <c>policy.json:40</c>.</param>
/// <param name="Id">The uid or gid; 0 for other kinds.</param>
/// <param name="Name">The unit or key; empty for other kinds.</param>
/// <param name="Roles">The roles.</param>
public sealed record Principal(PrincipalKind Kind, string Text, string Place, uint Id, string Name, ImmutableArray<string> Roles)
{
    /// <summary>True if <paramref name="caller"/> is one of them. The unit of a user's own manager is a part of the system's unit <c>user@UID.service</c>.</summary>
    public bool Includes(Caller caller) => Kind switch
    {
        PrincipalKind.Uid => caller.Identity.Uid == Id,
        PrincipalKind.Gid => caller.Identity.IsIn(Id),
        PrincipalKind.Unit => caller.Unit == Name || (caller.Unit?.StartsWith(Name + "/", StringComparison.Ordinal) ?? false),
        PrincipalKind.Key => caller.Key?.Name == Name,
        _ => false,
    };
}
