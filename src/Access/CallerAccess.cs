using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>What one caller may do. The roles of its user, groups and unit add up; an API key is a second fence within them, but for roles that widen.</summary>
public sealed class CallerAccess
{
    private const string AllLayers = "all";

    private readonly AccessPolicy _policy;

    internal CallerAccess(AccessPolicy policy, Caller caller, ImmutableArray<Role> own, ImmutableArray<Role> ofKey)
    {
        _policy = policy;
        Caller = caller;
        OwnRoles = own;
        KeyRoles = ofKey;
    }

    /// <summary>The caller.</summary>
    public Caller Caller { get; }

    /// <summary>The roles of the user, its groups and its unit.</summary>
    public ImmutableArray<Role> OwnRoles { get; }

    /// <summary>The roles of the key; empty if there is none.</summary>
    public ImmutableArray<Role> KeyRoles { get; }

    /// <summary>Whether the caller has <paramref name="permission"/>, for <paramref name="profile"/> if one is named.</summary>
    public AccessDecision Decide(string permission, string? profile = null)
    {
        Grant? own = Sum(OwnRoles, permission, profile);
        Grant? grant = own;
        if (Caller.Key is not null)
        {
            Grant? within = Grant.Narrowest(own, Sum(KeyRoles.Where(role => !role.Widens), permission, profile));
            grant = Grant.Widest(Sum(KeyRoles.Where(role => role.Widens), permission, profile), within);
        }

        return grant is null
            ? new AccessDecision(_policy.File, Refusal.Reason(this, permission, profile), Refusal.HowToGet(_policy, permission, profile), null)
            : new AccessDecision(grant.Rule, $"{Caller} has {permission}", "", grant);
    }

    /// <summary>What comes with <paramref name="permission"/>.</summary>
    /// <exception cref="AccessDeniedException">The caller does not have it.</exception>
    public Grant Require(string permission, string? profile = null)
    {
        AccessDecision decision = Decide(permission, profile);
        return decision.Grant ?? throw new AccessDeniedException(decision);
    }

    /// <summary>Holds a new jail against the policy: its profile, binds, layers given up, and limits. Where the request says nothing and the profile's default is
    /// above a ceiling, the ceiling is asked for.</summary>
    /// <returns>The request to hand on, and what was granted.</returns>
    /// <exception cref="AccessDeniedException">The policy does not let the caller have such a jail.</exception>
    public (JailRequest Request, Grant Grant) Admit(JailRequest request)
    {
        Grant grant = Require(Permissions.JailCreate, request.Profile.Name);
        CheckBinds(request, grant);
        return (Ceilings.Fit(request, grant) with { AllowDegraded = Degraded(request, grant) }, grant);
    }

    /// <summary>Holds new limits of a living jail against the ceilings.</summary>
    /// <param name="limits">All limits as they are to be.</param>
    /// <param name="profile">The jail's profile.</param>
    /// <exception cref="AccessDeniedException">A limit is above its ceiling, or the caller may not change limits.</exception>
    public Grant AdmitUpdate(JailLimits limits, string profile)
    {
        Grant grant = Require(Permissions.JailUpdate, profile);
        Ceilings.Check(limits, grant);
        return grant;
    }

    /// <summary>Checks that the caller may make an API key with these roles. One that widens is more than its holder has: who may see only its own cannot give it.</summary>
    /// <exception cref="AccessDeniedException">No permission, or the policy has no such role.</exception>
    public Grant AdmitKey(IEnumerable<string> roles)
    {
        Grant grant = Require(Permissions.KeyCreate);
        foreach (string name in roles)
        {
            Role role = _policy.Find(name) ?? throw Denied(grant, $"there is no role '{name}'", $"name one of {string.Join(", ", _policy.Roles.Select(one => one.Name))}");
            if (role.Widens && grant.Scope != AccessScope.All)
            {
                throw Denied(grant, $"role {name} gives its key more than the caller has itself", $"a role with {Permissions.KeyCreate} and scope \"all\" can make such keys");
            }
        }

        return grant;
    }

    private static void CheckBinds(JailRequest request, Grant grant)
    {
        BindAccess asked = request.Binds.IsEmpty ? BindAccess.None : request.Binds.Any(bind => bind.Writable) ? BindAccess.Write : BindAccess.Read;
        if (asked > grant.Binds)
        {
            throw Denied(
                grant,
                asked == BindAccess.Write ? "host paths may not be bound writable" : "host paths may not be bound",
                $"leave it out, or have an administrator set \"binds\" to \"{(asked == BindAccess.Write ? "write" : "read")}\" in the role");
        }
    }

    // "all" means all that the caller may give up and the profile lets go.
    private static ImmutableArray<string> Degraded(JailRequest request, Grant grant)
    {
        if (request.AllowDegraded.Where(layer => layer != AllLayers).Except(grant.Degraded).FirstOrDefault() is string refused)
        {
            throw Denied(grant, $"the layer {refused} may not be given up", "run on a host that has it, or have an administrator add it to \"degraded\" in the role");
        }

        return request.AllowDegraded.Contains(AllLayers)
            ? [.. grant.Degraded.Intersect(request.Profile.Isolation.AllowDegraded)]
            : request.AllowDegraded;
    }

    private static AccessDeniedException Denied(Grant grant, string reason, string howToGet) => new(new AccessDecision(grant.Rule, reason, howToGet, null));

    private static Grant? Sum(IEnumerable<Role> roles, string permission, string? profile) => roles
        .Where(role => role.Grants(permission, profile))
        .Aggregate((Grant?)null, (sum, role) => Grant.Widest(sum, Grant.Of(role, permission)));
}
