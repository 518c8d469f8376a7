using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>What <c>policy check</c>, <c>policy who-can</c> and <c>whoami</c> answer.</summary>
public sealed class PolicyQuestionsTests
{
    private static readonly AccessPolicy s_policy = Policies.WithRoles(
        """
        "one": { "summary": "x", "permissions": ["jail.*"], "profiles": ["python", "pyhton"] },
        "all": { "summary": "x", "permissions": ["command.run"], "scope": "all", "widen": true },
        "idle": { "summary": "x", "permissions": ["jail.create"] }
        """,
        ", { \"group\": \"team\", \"roles\": [\"all\", \"one\"] }, { \"unit\": \"user@5.service/x.service\", \"roles\": [\"one\"] }");

    [Fact]
    public void Check_FindsWhatItsAuthorMayNotHaveMeant() => Assert.Equal(
        [
            "policy.json:2: role one: there is no profile 'pyhton'; there are python",
            "policy.json:2: role one: has no quota of jails or of memory: one owner can take all of the host",
            "policy.json:3: role all: widens: whoever holds a key with it has all of it, whoever it is",
            "policy.json:4: role idle: no principal has it; API keys can",
            "policy.json:4: role idle: has jail.create and no profile: it can make no jail",
            "policy.json:4: role idle: has no quota of jails or of memory: one owner can take all of the host",
            "policy.json:5: group team: can run commands in everybody's jails, by role all",
            "policy.json:5: unit user@5.service/x.service: that user names such units as it likes",
        ],
        PolicyQuestions.Check(s_policy, ["python"]).Select(finding => finding.ToString()));

    [Fact]
    public void WhoCan_NamesPrincipalsAndRoles()
    {
        Assert.Equal([new WhoCanRow("group team", "policy.json:5", "all", "policy.json:3", AccessScope.All)], PolicyQuestions.WhoCan(s_policy, Permissions.CommandRun, null));
        Assert.Equal(["uid 1000", "group team", "unit user@5.service/x.service"], PolicyQuestions.WhoCan(s_policy, Permissions.JailCreate, "python").Select(row => row.Principal));
        Assert.Empty(PolicyQuestions.WhoCan(s_policy, Permissions.JailCreate, "build"));
    }

    [Fact]
    public void WhoCan_WhenThereIsNoSuchPermission_NamesThoseThereAre() =>
        Assert.StartsWith("permission: 'fly' is none; there are jail.create, ", Assert.Throws<PolicyException>(() => PolicyQuestions.WhoCan(s_policy, "fly", null)).Message, StringComparison.Ordinal);

    [Fact]
    public void WhoAmI_AnswersForEachPermission()
    {
        (string Permission, AccessDecision Decision)[] rows = [.. PolicyQuestions.WhoAmI(s_policy.For(Policies.Caller()))];

        Assert.Equal(Permissions.All, rows.Select(row => row.Permission));
        Assert.Equal(Permissions.All.Where(one => one.StartsWith("jail.", StringComparison.Ordinal)), rows.Where(row => row.Decision.Allowed).Select(row => row.Permission));
    }
}
