using System.Collections.Immutable;
using AgentSandbox.Jails.Configuration;

namespace AgentSandbox.Access;

/// <summary>Who may do what, as <c>policy.json</c> says. It never changes: a new file is a new policy.</summary>
public sealed class AccessPolicy
{
    internal AccessPolicy(string file, ImmutableArray<Role> roles, ImmutableArray<Principal> principals)
    {
        File = file;
        Roles = roles;
        Principals = principals;
    }

    /// <summary>The file's name, for messages.</summary>
    public string File { get; }

    /// <summary>The roles, in the order of the file.</summary>
    public ImmutableArray<Role> Roles { get; }

    /// <summary>Who has them. Who is not here may do nothing.</summary>
    public ImmutableArray<Principal> Principals { get; }

    /// <summary>Reads a policy.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="json">Its content.</param>
    /// <param name="accounts">The users and groups that it may name.</param>
    /// <exception cref="ConfigException">It is not as <c>policy.schema.json</c> says: in which line, which field, and why.</exception>
    public static AccessPolicy Parse(string file, ReadOnlySpan<byte> json, Accounts accounts) => new PolicyReader(file, accounts).Read(ConfigParser.Parse(file, json));

    /// <summary>What <paramref name="caller"/> may do.</summary>
    public CallerAccess For(Caller caller)
    {
        Role[] own = [.. RolesOf(Principals.Where(p => p.Kind != PrincipalKind.Key && p.Includes(caller)).SelectMany(p => p.Roles))];
        Role[] keys = caller.Key is null ? [] : [.. RolesOf(caller.Key.Roles.Concat(Principals.Where(p => p.Kind == PrincipalKind.Key && p.Includes(caller)).SelectMany(p => p.Roles)))];
        return new CallerAccess(this, caller, [.. own], [.. keys]);
    }

    /// <summary>The role of this name, or null.</summary>
    public Role? Find(string role) => Roles.FirstOrDefault(one => one.Name == role);

    // A key may name a role that the policy has no more: then it has nothing of it.
    private IEnumerable<Role> RolesOf(IEnumerable<string> names)
    {
        HashSet<string> wanted = [.. names];
        return Roles.Where(role => wanted.Contains(role.Name));
    }
}
