using System.Collections.Immutable;

namespace AgentSandbox.Access;

/// <summary>Says why nothing grants a permission, and who could.</summary>
internal static class Refusal
{
    /// <summary>Why <paramref name="access"/> has no such permission.</summary>
    internal static string Reason(CallerAccess access, string permission, string? profile)
    {
        string what = profile is null ? permission : $"{permission} for profile '{profile}'";
        bool byOwn = Any(access.OwnRoles, permission, profile);
        bool byKey = Any(access.KeyRoles, permission, profile);
        string user = $"uid {access.Caller.Identity.Uid}";
        return access.Caller.Key is CallerKey key && byOwn && byKey ? $"key '{key.Name}' and {user} have {what} for different CPUs"
            : access.Caller.Key is CallerKey narrow && byOwn ? $"{user} has {what}, and key '{narrow.Name}' does not: it has {Names(access.KeyRoles)}"
            : access.Caller.Key is CallerKey wide && byKey ? $"key '{wide.Name}' has {what}, and {user} does not: it has {Names(access.OwnRoles)}"
            : $"{user} has no {what}: it has {Names(access.OwnRoles)}";
    }

    /// <summary>Which roles would grant it.</summary>
    internal static string HowToGet(AccessPolicy policy, string permission, string? profile)
    {
        string[] able = [.. policy.Roles.Where(role => role.Grants(permission, profile)).Select(role => role.Name)];
        return able.Length == 0
            ? $"no role of {policy.File} grants it"
            : $"an administrator can give {(able.Length == 1 ? "the role" : "one of the roles")} {string.Join(", ", able)} in \"principals\" of {policy.File}";
    }

    private static bool Any(ImmutableArray<Role> roles, string permission, string? profile) => roles.Any(role => role.Grants(permission, profile));

    private static string Names(ImmutableArray<Role> roles) => roles.Length switch
    {
        0 => "no role",
        1 => $"the role {roles[0].Name}",
        _ => $"the roles {string.Join(", ", roles.Select(role => role.Name))}",
    };
}
