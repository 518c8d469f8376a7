using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Profiles.Reading;

namespace AgentSandbox.Access;

/// <summary>Reads <c>policy.json</c>. Whatever a role does not name, it does not give; whatever it does not limit, the profile limits.</summary>
/// <param name="file">The file's name.</param>
/// <param name="accounts">The users and groups that it may name.</param>
internal sealed partial class PolicyReader(string file, Accounts accounts)
{
    private static readonly string[] s_kinds = ["uid", "user", "gid", "group", "unit", "key"];

    internal AccessPolicy Read(ConfigNode root)
    {
        root.WithKeys("$schema", "roles", "principals");
        ImmutableArray<Role> roles = [.. root.Get("roles").Members().Select(ReadRole)];
        ImmutableArray<Principal> principals = [.. root.Get("principals").Entries().Select(one => ReadPrincipal(one, [.. roles.Select(role => role.Name)])).OfType<Principal>()];
        return new AccessPolicy(file, roles, principals);
    }

    private static Role ReadRole(ConfigNode node)
    {
        node.WithKeys("summary", "permissions", "scope", "profiles", "ceilings", "quotas", "rates", "binds", "degraded", "review", "widen");
        return new()
        {
            Name = Role.IsName(node.Name) ? node.Name : throw node.Error($"'{node.Name}' is no role's name: a lower-case letter, then up to 31 of a-z 0-9 -"),
            Place = Place(node),
            Summary = node.Get("summary").AsString(),
            Permissions = [.. node.Get("permissions").Entries().SelectMany(one => ReadPermission(one))],
            Scope = node.Find("scope") is ConfigNode scope ? (AccessScope)Choice(scope, "own", "all") : AccessScope.Own,
            Profiles = node.Find("profiles") is ConfigNode profiles ? [.. profiles.AsStrings().Zip(profiles.Entries(), ReadProfile)] : [],
            Ceilings = LimitReader.Ceilings(node.Find("ceilings") ?? Empty(node)),
            Quotas = node.Find("quotas") is ConfigNode quotas ? ReadQuotas(quotas) : ResourceTotals.Unlimited,
            Rates = (node.Find("rates")?.Members() ?? []).ToImmutableDictionary(one => one.Name, ReadRate, StringComparer.Ordinal),
            Binds = node.Find("binds") is ConfigNode binds ? (BindAccess)Choice(binds, "none", "read", "write") : BindAccess.None,
            Degraded = node.Find("degraded") is ConfigNode degraded ? ReadDegraded(degraded) : [],
            DemandsReview = node.Find("review") is ConfigNode review && Choice(review, "none", "always") == 1,
            Widens = node.Find("widen")?.AsBoolean() ?? false,
        };
    }

    private static ImmutableArray<string> ReadPermission(ConfigNode node) =>
        Permissions.Matching(node.AsString()) is { IsEmpty: false } found
            ? found
            : throw node.Error($"'{node.Text}' is no permission; there are *, {string.Join(", ", Permissions.All)}, and NAME.* for all that begin so");

    private static string ReadProfile(string name, ConfigNode node) =>
        name == Role.Every || ProfileStore.IsName(name) ? name : throw node.Error($"'{name}' is no profile's name, nor \"*\"");

    private static ImmutableArray<string> ReadDegraded(ConfigNode node) =>
        node.AsStrings() is [Role.Every] ? IsolationPolicy.Degradable : node.AsStringsOf(IsolationPolicy.Degradable);

    private static Rate ReadRate(ConfigNode node) =>
        !Permissions.All.Contains(node.Name) ? throw node.Error($"'{node.Name}' is no permission")
        : Rate.TryParse(node.AsString(), out Rate rate) ? rate
        : throw node.Error($"'{node.Text}' is no rate: write 60/1m, 5/1s or 1000/1d");

    private static ResourceTotals ReadQuotas(ConfigNode node)
    {
        node.WithKeys("jails", "memory", "cpus", "pids", "disk", "commands");
        return new()
        {
            Jails = Quota(node, "jails", Count),
            Memory = Quota(node, "memory", one => LimitReader.Size(one, 0)),
            Cpus = Quota(node, "cpus", LimitReader.Cpus),
            Pids = Quota(node, "pids", Count),
            Disk = Quota(node, "disk", one => LimitReader.Size(one, 0)),
            Commands = Quota(node, "commands", Count),
        };
    }

    private static Limit<T> Quota<T>(ConfigNode quotas, string name, Func<ConfigNode, T> read)
        where T : struct, IComparable<T> => quotas.Find(name) is ConfigNode node ? LimitReader.LimitOf(node, read) : Limit<T>.Max;

    private static long Count(ConfigNode node) => node.AsInteger(0, int.MaxValue);

    // A group that packaging makes may not be there yet: what is "optional" and unknown is nobody.
    private Principal? ReadPrincipal(ConfigNode node, IReadOnlyCollection<string> roles)
    {
        node.WithKeys([.. s_kinds, "roles", "optional"]);
        ConfigNode[] named = [.. node.Items.Where(member => s_kinds.Contains(member.Name))];
        ConfigNode who = named.Length == 1 ? named[0] : throw node.Error($"needs exactly one of {string.Join(", ", s_kinds)}");
        ImmutableArray<string> given = node.Get("roles").AsStringsOf(roles);
        if (given.IsEmpty)
        {
            throw node.Get("roles").Error("gives nothing: leave it out");
        }

        bool optional = node.Find("optional")?.AsBoolean() ?? false;
        string text = $"{who.Name} {who.Text}";
        return who.Name switch
        {
            "uid" => new(PrincipalKind.Uid, text, Place(node), Number(who), "", given),
            "gid" => new(PrincipalKind.Gid, text, Place(node), Number(who), "", given),
            "user" => Account(PrincipalKind.Uid, accounts.FindUser(who.AsString())),
            "group" => Account(PrincipalKind.Gid, accounts.FindGroup(who.AsString())),
            "unit" => new(PrincipalKind.Unit, text, Place(node), 0, UnitPattern().IsMatch(who.AsString()) ? who.Text : throw who.Error($"'{who.Text}' is no unit: write agent.service, or user@1000.service/agent.service"), given),
            _ => new(PrincipalKind.Key, text, Place(node), 0, Role.IsName(who.AsString()) ? who.Text : throw who.Error($"'{who.Text}' is no key's name: a lower-case letter, then up to 31 of a-z 0-9 -"), given),
        };

        Principal? Account(PrincipalKind kind, uint? id) =>
            id is uint known ? new(kind, text, Place(node), known, "", given)
            : optional ? null
            : throw who.Error($"this host has no {who.Name} '{who.Text}'; name it by number, or with \"optional\": true");
    }

    private static uint Number(ConfigNode node) => (uint)node.AsInteger(0, uint.MaxValue - 1);

    private static int Choice(ConfigNode node, params string[] choices) =>
        Array.IndexOf(choices, node.AsString()) is >= 0 and int index ? index : throw node.Error($"must be one of {string.Join(", ", choices.Select(one => $"\"{one}\""))}");

    private static string Place(ConfigNode node) => string.Create(CultureInfo.InvariantCulture, $"{node.File}:{node.Line}");

    private static ConfigNode Empty(ConfigNode owner) => owner with { Kind = JsonTokenType.StartObject, Items = [] };

    [GeneratedRegex(@"^[A-Za-z0-9:_.\\@-]+\.(service|scope|socket|mount|swap)(/[A-Za-z0-9:_.\\@-]+\.(service|scope|socket|mount|swap))?\z")]
    private static partial Regex UnitPattern();
}
