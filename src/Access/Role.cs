using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>What those who have it may do.</summary>
public sealed partial record Role
{
    /// <summary>Stands for every profile, and for every layer.</summary>
    public const string Every = "*";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands: <c>policy.json:12</c>.</summary>
    public required string Place { get; init; }

    /// <summary>One sentence: whom it is for.</summary>
    public required string Summary { get; init; }

    /// <summary>The permissions, by their full names.</summary>
    public required ImmutableHashSet<string> Permissions { get; init; }

    /// <summary>Whose jails.</summary>
    public required AccessScope Scope { get; init; }

    /// <summary>The profiles that jails may have; <c>*</c> for every one.</summary>
    public required ImmutableArray<string> Profiles { get; init; }

    /// <summary>The most that a jail may be given, whatever its profile allows.</summary>
    public required JailLimits Ceilings { get; init; }

    /// <summary>The most that an owner's jails may be given together.</summary>
    public required ResourceTotals Quotas { get; init; }

    /// <summary>How often, by permission; one that is not there is not limited.</summary>
    public required ImmutableDictionary<string, Rate> Rates { get; init; }

    /// <summary>What host paths.</summary>
    public required BindAccess Binds { get; init; }

    /// <summary>The layers that may be given up where the host lacks them.</summary>
    public required ImmutableArray<string> Degraded { get; init; }

    /// <summary>True: only approved snapshots of workspaces can be committed and exported.</summary>
    public bool DemandsReview { get; init; }

    /// <summary>True: an API key with this role has it whole, though the caller itself may do less.</summary>
    public required bool Widens { get; init; }

    /// <summary>For messages: <c>role coder, policy.json:12</c>.</summary>
    public string Rule => $"role {Name}, {Place}";

    /// <summary>True for a name that a role or an API key can have: <c>[a-z][a-z0-9-]{0,31}</c>.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>True if it grants <paramref name="permission"/>, for <paramref name="profile"/> if one is named.</summary>
    public bool Grants(string permission, string? profile) => Permissions.Contains(permission) && (profile is null || Profiles.Contains(Every) || Profiles.Contains(profile));

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex NamePattern();
}
