using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>What comes with a permission that was granted: of several roles that grant it, the most generous in each respect.</summary>
public sealed record Grant
{
    /// <summary>By which rule: <c>role coder, policy.json:12</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Whose jails.</summary>
    public required AccessScope Scope { get; init; }

    /// <summary>The most that one jail may be given.</summary>
    public required JailLimits Ceilings { get; init; }

    /// <summary>The most that the owner's jails may be given together.</summary>
    public required ResourceTotals Quotas { get; init; }

    /// <summary>How often; null: no limit.</summary>
    public required Rate? Rate { get; init; }

    /// <summary>What host paths.</summary>
    public required BindAccess Binds { get; init; }

    /// <summary>True: only approved snapshots of workspaces can be committed and exported.</summary>
    public bool DemandsReview { get; init; }

    /// <summary>The layers that may be given up.</summary>
    public required ImmutableArray<string> Degraded { get; init; }

    /// <summary>What <paramref name="role"/> gives with <paramref name="permission"/>.</summary>
    internal static Grant Of(Role role, string permission) => new()
    {
        Rule = role.Rule,
        Scope = role.Scope,
        Ceilings = role.Ceilings,
        Quotas = role.Quotas,
        Rate = role.Rates.TryGetValue(permission, out Rate rate) ? rate : null,
        Binds = role.Binds,
        Degraded = role.Degraded,
        DemandsReview = role.DemandsReview,
    };

    /// <summary>The more generous in each respect; null if there is none at all.</summary>
    internal static Grant? Widest(Grant? one, Grant? other) => one is null ? other : other is null ? one : new()
    {
        Rule = $"{one.Rule} and {other.Rule}",
        Scope = (AccessScope)Math.Max((int)one.Scope, (int)other.Scope),
        Ceilings = Limits.Widest(one.Ceilings, other.Ceilings),
        Quotas = one.Quotas.Widest(other.Quotas),
        Rate = Access.Rate.Widest(one.Rate, other.Rate),
        Binds = (BindAccess)Math.Max((int)one.Binds, (int)other.Binds),
        DemandsReview = one.DemandsReview && other.DemandsReview,
        Degraded = [.. one.Degraded.Union(other.Degraded).Order(StringComparer.Ordinal)],
    };

    /// <summary>What both give; null if that is nothing.</summary>
    /// <param name="peer">What the caller's own roles give.</param>
    /// <param name="key">What the key's roles give.</param>
    internal static Grant? Narrowest(Grant? peer, Grant? key) =>
        peer is null || key is null || Limits.Narrowest(peer.Ceilings, key.Ceilings) is not JailLimits ceilings ? null : new()
    {
        Rule = $"{key.Rule} (of the key), within {peer.Rule}",
        Scope = (AccessScope)Math.Min((int)peer.Scope, (int)key.Scope),
        Ceilings = ceilings,
        Quotas = peer.Quotas.Narrowest(key.Quotas),
        Rate = Access.Rate.Narrowest(peer.Rate, key.Rate),
        Binds = (BindAccess)Math.Min((int)peer.Binds, (int)key.Binds),
        DemandsReview = peer.DemandsReview || key.DemandsReview,
        Degraded = [.. peer.Degraded.Intersect(key.Degraded).Order(StringComparer.Ordinal)],
    };
}
