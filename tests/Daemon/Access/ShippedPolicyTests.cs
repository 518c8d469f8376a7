using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentSandbox.Access;
using AgentSandbox.Jails.Configuration;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>The policy that is shipped: who may do what by it, and that schema and reader agree.</summary>
public sealed class ShippedPolicyTests
{
    private static readonly string s_packaging = Path.Combine(Repository.Root, "packaging");
    private static readonly string s_golden = Path.Combine(Repository.Root, "tests/Daemon/Access/decisions.txt");
    private static readonly AccessPolicy s_policy = AccessPolicy.Parse("policy.json", File.ReadAllBytes(Path.Combine(s_packaging, "policy.json")), Policies.Accounts);

    [Fact]
    public void Decisions_AreAsReviewed()
    {
        (string Name, CallerAccess Access)[] columns =
        [
            ("root", s_policy.For(Policies.Caller(0))),
            ("member", s_policy.For(Policies.Caller(1000, 990))),
            ("stranger", s_policy.For(Policies.Caller(1001))),
            .. s_policy.Roles.Select(role => ($"root/{role.Name}", s_policy.For(Policies.Caller(0).WithKey(role.Name)))),
            ("member/admin", s_policy.For(Policies.Caller(1000, 990).WithKey("admin"))),
            ("stranger/admin", s_policy.For(Policies.Caller(1001).WithKey("admin"))),
        ];
        StringBuilder table = new($"{"",-18}{string.Concat(columns.Select(column => $"{column.Name,-16}")).TrimEnd()}\n");
        foreach (string permission in Permissions.All)
        {
            IEnumerable<string> cells = columns.Select(column => column.Access.Decide(permission).Grant is Grant grant ? grant.Scope.ToString().ToLowerInvariant() : "-");
            table.Append(CultureInfo.InvariantCulture, $"{permission,-18}{string.Concat(cells.Select(cell => $"{cell,-16}")).TrimEnd()}\n");
        }

        if (Environment.GetEnvironmentVariable("SANDBOX_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(s_golden, table.ToString());
        }

        Assert.Equal(File.ReadAllText(s_golden), table.ToString());
    }

    [Fact]
    public void Roles_AreThoseOfTheDesign_AndEveryProfileExists()
    {
        Assert.Equal(["researcher", "coder", "analyst", "executor", "auditor", "admin"], s_policy.Roles.Select(role => role.Name));
        Assert.DoesNotContain(PolicyQuestions.Check(s_policy, Policies.Profiles.List()), finding => !finding.Text.Contains("no principal has it", StringComparison.Ordinal));
    }

    [Fact]
    public void Policy_OfAHostWithoutTheGroup_CanBeReadToo()
    {
        AccessPolicy policy = AccessPolicy.Parse("policy.json", File.ReadAllBytes(Path.Combine(s_packaging, "policy.json")), Accounts.Parse("root:x:0:0::/:", ""));

        Assert.Equal(["user root"], policy.Principals.Select(principal => principal.Text));
    }

    [Fact]
    public void Schema_HasTheKeysOfTheReader()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_packaging, "policy.schema.json")));
        JsonElement types = schema.RootElement.GetProperty("$defs");

        Assert.Equal(Known("{ \"x\": 1 }"), Keys(schema.RootElement));
        Assert.Equal(Known("{ \"roles\": { \"one\": { \"x\": 1 } } }"), Keys(types.GetProperty("role")));
        Assert.Equal(Known(Role("\"ceilings\": { \"x\": 1 }")), Keys(types.GetProperty("ceilings")));
        Assert.Equal(Known(Role("\"quotas\": { \"x\": 1 }")), Keys(types.GetProperty("quotas")));
        Assert.Equal(Known("{ \"roles\": {}, \"principals\": [ { \"x\": 1 } ] }"), Keys(types.GetProperty("principal")));
        IEnumerable<string> areas = Permissions.All.Select(one => one.Split('.')[0]).Distinct().Select(area => $"{area}.*");
        Assert.Equal(
            Permissions.All.Concat(areas).Append("*").Order(StringComparer.Ordinal),
            types.GetProperty("permission").GetProperty("enum").EnumerateArray().Select(one => one.GetString()!).Order(StringComparer.Ordinal));
    }

    private static string Role(string field) => $"{{ \"roles\": {{ \"one\": {{ \"summary\": \"x\", \"permissions\": [], {field} }} }} }}";

    private static string[] Known(string json) =>
        Assert.Throws<ConfigException>(() => Policies.Parse(json)).Reason.Split("unknown key; known are ")[1].Split(", ");

    private static IEnumerable<string> Keys(JsonElement type) => type.GetProperty("properties").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal);
}
