using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>Who has what: roles add up, keys narrow, and a refusal says why and how to get it.</summary>
public sealed class DecisionTests
{
    private const string Two = """
        "one": { "summary": "x", "permissions": ["jail.*"], "profiles": ["python"], "ceilings": { "memory": "2G", "cpuSet": "0-1" }, "quotas": { "jails": 2 },
                 "rates": { "jail.create": "10/1m" }, "binds": "read", "degraded": ["landlock"] },
        "two": { "summary": "x", "permissions": ["jail.create", "audit.read"], "scope": "all", "profiles": ["python", "build"],
                 "ceilings": { "memory": "1G", "pids": 50, "cpuSet": "1-2" }, "quotas": { "jails": 5, "memory": "4G" }, "rates": { "jail.create": "60/1m" }, "binds": "write" }
        """;

    [Fact]
    public void For_AStranger_GivesNothing()
    {
        CallerAccess access = Policies.WithRoles(Two).For(Policies.Caller(uid: 4242));

        Assert.DoesNotContain(PolicyQuestions.WhoAmI(access), row => row.Decision.Allowed);
    }

    [Fact]
    public void Decide_WhenARoleGrantsIt_NamesTheRule()
    {
        AccessDecision decision = Policies.WithRoles(Two).For(Policies.Caller()).Decide(Permissions.JailGet);

        Assert.True(decision.Allowed);
        Assert.Equal("role one, policy.json:2", decision.Rule);
    }

    [Theory]
    [InlineData(1000u, Permissions.AuditRead, null, "uid 1000 has no audit.read: it has the role one", "an administrator can give the role two in \"principals\" of policy.json")]
    [InlineData(1000u, Permissions.JailCreate, "build", "uid 1000 has no jail.create for profile 'build': it has the role one", "an administrator can give the role two in \"principals\" of policy.json")]
    [InlineData(4242u, Permissions.JailCreate, null, "uid 4242 has no jail.create: it has no role", "an administrator can give one of the roles one, two in \"principals\" of policy.json")]
    [InlineData(1000u, Permissions.KeyCreate, null, "uid 1000 has no key.create: it has the role one", "no role of policy.json grants it")]
    public void Decide_WhenNothingGrantsIt_SaysWhyAndHow(uint uid, string permission, string? profile, string reason, string howToGet)
    {
        AccessDecision decision = Policies.WithRoles(Two).For(Policies.Caller(uid)).Decide(permission, profile);

        Assert.Equal((false, "policy.json", reason, howToGet), (decision.Allowed, decision.Rule, decision.Reason, decision.HowToGet));
    }

    [Fact]
    public void Decide_WhenTwoRolesGrantIt_TakesTheMostGenerousOfEach()
    {
        Grant grant = Both().Require(Permissions.JailCreate, "python");

        Assert.Equal("role one, policy.json:2 and role two, policy.json:4", grant.Rule);
        Assert.Equal((AccessScope.All, BindAccess.Write, new Rate(60, TimeSpan.FromMinutes(1))), (grant.Scope, grant.Binds, grant.Rate));
        Assert.Equal(new ByteSize(2L << 30), grant.Ceilings.Memory.Value);
        Assert.True(grant.Ceilings.Pids.IsMax); // role one does not limit them
        Assert.Equal("0-2", grant.Ceilings.CpuSet?.Text);
        Assert.Equal(5, grant.Quotas.Jails.Value);
        Assert.True(grant.Quotas.Memory.IsMax);
        Assert.Equal(["landlock"], grant.Degraded);
    }

    [Fact]
    public void Decide_TakesNothingFromARoleThatDoesNotGrantThis()
    {
        Grant grant = Both().Require(Permissions.JailCreate, "build");

        Assert.Equal("role two, policy.json:4", grant.Rule);
        Assert.Equal(new ByteSize(1L << 30), grant.Ceilings.Memory.Value);
        Assert.Empty(grant.Degraded);
        Assert.Equal(AccessScope.Own, Both().Require(Permissions.JailGet).Scope);
    }

    [Fact]
    public void Decide_WithAKey_GivesWhatBothGive()
    {
        AccessPolicy policy = Policies.WithRoles(Two);
        Grant grant = policy.For(Policies.Caller().WithKey("two")).Require(Permissions.JailCreate, "python");

        Assert.Equal("role two, policy.json:4 (of the key), within role one, policy.json:2", grant.Rule);
        Assert.Equal((AccessScope.Own, BindAccess.Read, new Rate(10, TimeSpan.FromMinutes(1))), (grant.Scope, grant.Binds, grant.Rate));
        Assert.Equal(new ByteSize(1L << 30), grant.Ceilings.Memory.Value);
        Assert.Equal(50, grant.Ceilings.Pids.Value);
        Assert.Equal("1", grant.Ceilings.CpuSet?.Text);
        Assert.Equal(2, grant.Quotas.Jails.Value);
        Assert.Empty(grant.Degraded);
    }

    [Theory]
    [InlineData(Permissions.AuditRead, "key 'ci' has audit.read, and uid 1000 does not: it has the role one")]
    [InlineData(Permissions.JailGet, "uid 1000 has jail.get, and key 'ci' does not: it has the role two")]
    [InlineData(Permissions.KeyList, "uid 1000 has no key.list: it has the role one")]
    public void Decide_WithAKey_NeverGivesWhatOneOfThemLacks(string permission, string reason)
    {
        AccessDecision decision = Policies.WithRoles(Two).For(Policies.Caller().WithKey("two")).Decide(permission);

        Assert.Equal((false, reason), (decision.Allowed, decision.Reason));
    }

    [Fact]
    public void Decide_WithAKeyOfNoRoleThatThereIs_GivesNothing() =>
        Assert.False(Policies.WithRoles(Two).For(Policies.Caller().WithKey("gone")).Decide(Permissions.JailGet).Allowed);

    [Fact]
    public void Decide_WithAKeyWhoseRoleWidens_GivesItWhole()
    {
        AccessPolicy policy = Policies.WithRoles("\"one\": { \"summary\": \"x\", \"permissions\": [] }, \"wide\": { \"summary\": \"x\", \"permissions\": [\"audit.read\"], \"widen\": true }");

        Assert.True(policy.For(Policies.Caller().WithKey("wide")).Decide(Permissions.AuditRead).Allowed);
        Assert.False(policy.For(Policies.Caller()).Decide(Permissions.AuditRead).Allowed);
    }

    [Fact]
    public void Decide_WithKeyAndUserOnDifferentCpus_IsRefused()
    {
        AccessPolicy policy = Policies.WithRoles("""
            "one": { "summary": "x", "permissions": ["jail.create"], "profiles": ["*"], "ceilings": { "cpuSet": "0" } },
            "two": { "summary": "x", "permissions": ["jail.create"], "profiles": ["*"], "ceilings": { "cpuSet": "1" } }
            """);

        AccessDecision decision = policy.For(Policies.Caller().WithKey("two")).Decide(Permissions.JailCreate, "python");

        Assert.Equal((false, "key 'ci' and uid 1000 have jail.create for profile 'python' for different CPUs"), (decision.Allowed, decision.Reason));
    }

    [Fact]
    public void For_KnowsPrincipalsByGroupUnitAndKey()
    {
        AccessPolicy policy = Policies.WithRoles(Two, ", { \"group\": \"team\", \"roles\": [\"two\"] }, { \"unit\": \"agent.service\", \"roles\": [\"two\"] }, { \"key\": \"ci\", \"roles\": [\"two\"] }");

        Assert.True(Has(Policies.Caller(4242, 2000)));
        Assert.True(Has(new Caller(new UnixIdentity(4242, 2000, []), null, null)));
        Assert.True(Has(Policies.Caller(4242) with { Unit = "agent.service" }));
        Assert.False(Has(Policies.Caller(4242) with { Unit = "user@4242.service/agent.service" }));
        Assert.False(Has(Policies.Caller(4242) with { Unit = "agent.service.service" }));
        Assert.Equal("key 'ci' has audit.read, and uid 1000 does not: it has the role one", policy.For(Policies.Caller().WithKey("one")).Decide(Permissions.AuditRead).Reason);

        bool Has(Caller caller) => policy.For(caller).Decide(Permissions.AuditRead).Allowed;
    }

    [Fact]
    public void Parse_WhenAnOptionalGroupIsAbsent_GivesItToNobody()
    {
        AccessPolicy policy = Policies.WithRoles(Two, ", { \"group\": \"ghosts\", \"optional\": true, \"roles\": [\"two\"] }");

        Assert.Single(policy.Principals);
    }

    [Fact]
    public void Owner_IsTheUidAndTheKey()
    {
        Assert.Equal("uid:1000", Policies.Caller().Owner.ToString());
        Assert.Equal("uid:1000/key:abcdefghijkl", Policies.Caller().WithKey("one").Owner.ToString());
        Assert.NotEqual(Policies.Caller().Owner, Policies.Caller().WithKey("one").Owner);
    }

    [Fact]
    public void Accounts_TakeTheFirstLineOfAName() => Assert.Equal((1000u, null), (Policies.Accounts.FindUser("agent"), Policies.Accounts.FindUser("+")));

    private static CallerAccess Both() => Policies.WithRoles(Two, ", { \"gid\": 5, \"roles\": [\"two\"] }").For(Policies.Caller(Policies.Uid, 5));
}
