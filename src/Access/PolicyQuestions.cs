using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>What people ask of a policy.</summary>
public static class PolicyQuestions
{
    private const uint Root = 0;

    /// <summary>What an administrator should look at in a policy that can be read.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="profiles">The profiles that there are.</param>
    public static ImmutableArray<PolicyFinding> Check(AccessPolicy policy, IReadOnlyCollection<string> profiles) =>
    [
        .. policy.Roles.SelectMany(role => Check(policy, role, profiles)),
        .. policy.Principals.SelectMany(principal => Check(policy, principal)),
    ];

    /// <summary>Who has <paramref name="permission"/>, for <paramref name="profile"/> if one is named. A principal of a kind <c>key</c> has it within what
    /// the caller's own roles give, but for a role that widens.</summary>
    /// <exception cref="PolicyException">There is no such permission.</exception>
    public static ImmutableArray<WhoCanRow> WhoCan(AccessPolicy policy, string permission, string? profile)
    {
        if (!Permissions.All.Contains(permission))
        {
            throw new PolicyException("permission", $"'{permission}' is none; there are {string.Join(", ", Permissions.All)}");
        }

        return
        [
            .. from principal in policy.Principals
               from name in principal.Roles
               let role = policy.Find(name)!
               where role.Grants(permission, profile)
               select new WhoCanRow(principal.Text, principal.Place, role.Name, role.Place, role.Scope),
        ];
    }

    /// <summary>All that a caller may do: a decision for each permission, in the order of <see cref="Permissions.All"/>.</summary>
    public static ImmutableArray<(string Permission, AccessDecision Decision)> WhoAmI(CallerAccess access) =>
        [.. Permissions.All.Select(permission => (permission, access.Decide(permission)))];

    private static IEnumerable<PolicyFinding> Check(AccessPolicy policy, Role role, IReadOnlyCollection<string> profiles)
    {
        if (!policy.Principals.Any(principal => principal.Roles.Contains(role.Name)))
        {
            yield return new(role.Place, $"role {role.Name}: no principal has it; API keys can");
        }

        foreach (string profile in role.Profiles.Where(one => one != Role.Every && !profiles.Contains(one)))
        {
            yield return new(role.Place, $"role {role.Name}: there is no profile '{profile}'; there are {string.Join(", ", profiles)}");
        }

        if (role.Permissions.Contains(Permissions.JailCreate) && role.Profiles.IsEmpty)
        {
            yield return new(role.Place, $"role {role.Name}: has {Permissions.JailCreate} and no profile: it can make no jail");
        }

        if (role.Permissions.Contains(Permissions.JailCreate) && (role.Quotas.Jails.IsMax || role.Quotas.Memory.IsMax) && role.Scope == AccessScope.Own)
        {
            yield return new(role.Place, $"role {role.Name}: has no quota of jails or of memory: one owner can take all of the host");
        }

        if (role.Widens)
        {
            yield return new(role.Place, $"role {role.Name}: widens: whoever holds a key with it has all of it, whoever it is");
        }
    }

    private static IEnumerable<PolicyFinding> Check(AccessPolicy policy, Principal principal)
    {
        bool isRoot = principal is { Kind: PrincipalKind.Uid, Id: Root };
        foreach (Role role in principal.Roles.Select(policy.Find).OfType<Role>().Where(role => !isRoot && role.Scope == AccessScope.All && role.Permissions.Contains(Permissions.CommandRun)))
        {
            yield return new(principal.Place, $"{principal.Text}: can run commands in everybody's jails, by role {role.Name}");
        }

        if (principal.Kind == PrincipalKind.Unit && principal.Name.Contains('/', StringComparison.Ordinal))
        {
            yield return new(principal.Place, $"{principal.Text}: that user names such units as it likes");
        }
    }
}
