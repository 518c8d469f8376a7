using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>A new jail held against the policy: what is above a ceiling is refused with number and rule, what is not said is fitted.</summary>
public sealed class AdmitTests
{
    private const string Small = """
        "one": { "summary": "x", "permissions": ["jail.create", "jail.update", "key.create"], "profiles": ["python"], "binds": "read", "degraded": ["cgroup.memory", "landlock"],
                 "ceilings": { "memory": "256M", "swap": "0", "cpus": 0.5, "cpuSet": "0-1", "stack": "1M", "openFiles": 100, "cpuWeight": 50, "timeout": "1m" } },
        "wide": { "summary": "x", "permissions": [], "widen": true }
        """;

    private static readonly CallerAccess s_access = Policies.WithRoles(Small).For(Policies.Caller());

    private static JailRequest Request => new() { Profile = Policies.Profiles.Load("python") };

    [Fact]
    public void Admit_WhereTheRequestSaysNothing_AsksForTheCeiling_IfTheDefaultIsAbove()
    {
        (JailRequest fitted, Grant grant) = s_access.Admit(Request);

        Assert.Equal("role one, policy.json:2", grant.Rule);
        Assert.Equal(new ByteSize(256L << 20), fitted.Memory);
        Assert.Equal(0.5m, fitted.Cpus);
        Assert.Equal("0-1", fitted.CpuSet?.Text);
        Assert.Equal(new ByteSize(1L << 20), fitted.Stack);
        Assert.Equal(100, fitted.OpenFiles);
        Assert.Equal(50, fitted.CpuWeight);
        Assert.Equal(TimeSpan.FromMinutes(1), fitted.Timeout);
        Assert.Null(fitted.Swap); // the default is not above
        Assert.Null(fitted.Pids); // no ceiling
    }

    [Fact]
    public void Admit_WhatIsBelowTheCeiling_StaysAsItWasAsked()
    {
        (JailRequest fitted, _) = s_access.Admit(Request with { Memory = new ByteSize(256L << 20), Cpus = 0.25m });

        Assert.Equal((new ByteSize(256L << 20), 0.25m), (fitted.Memory, fitted.Cpus));
    }

    [Fact]
    public void Admit_WhatIsAboveACeiling_IsRefusedWithTheNumberAndTheRule()
    {
        Refuses(Request with { Memory = new ByteSize(1L << 30) }, "memory: 1G is above the ceiling of 256M", "ask for 256M or less, or have an administrator raise \"ceilings\" of the role");
        Refuses(Request with { Cpus = 1 }, "cpus: 1 is above the ceiling of 0.5", "ask for 0.5 or less, or have an administrator raise \"ceilings\" of the role");
        Refuses(Request with { Timeout = TimeSpan.FromHours(1) }, "timeout: 1h is above the ceiling of 1m", "ask for 1m or less, or have an administrator raise \"ceilings\" of the role");
        Refuses(Request with { CpuSet = Cpus("1-2") }, "cpuSet: 1-2 is above the ceiling of 0-1", "ask for 0-1 or less, or have an administrator raise \"ceilings\" of the role");
    }

    [Fact]
    public void Admit_ABindThatTheRoleDoesNotGive_IsRefused()
    {
        s_access.Admit(Request with { Binds = [new BindRequest("/srv", "/data", Writable: false)] });

        Refuses(
            Request with { Binds = [new BindRequest("/srv", "/data", Writable: true)] },
            "host paths may not be bound writable",
            "leave it out, or have an administrator set \"binds\" to \"write\" in the role");
    }

    [Fact]
    public void Admit_ALayerThatTheRoleInsistsOn_CannotBeGivenUp()
    {
        Refuses(
            Request with { AllowDegraded = ["cgroup.memory", "cgroup.pids"] },
            "the layer cgroup.pids may not be given up",
            "run on a host that has it, or have an administrator add it to \"degraded\" in the role");
        Assert.Equal(["cgroup.memory"], s_access.Admit(Request with { AllowDegraded = ["cgroup.memory"] }).Request.AllowDegraded);
        Assert.Equal(["cgroup.memory", "landlock"], s_access.Admit(Request with { AllowDegraded = ["all"] }).Request.AllowDegraded); // and not all that the profile lets go
    }

    [Fact]
    public void Admit_AProfileThatNoRoleHas_IsRefused()
    {
        AccessDeniedException refused = Assert.Throws<AccessDeniedException>(() => s_access.Admit(Request with { Profile = Policies.Profiles.Load("build") }));

        Assert.Equal("uid 1000 has no jail.create for profile 'build': it has the role one", refused.Decision.Reason);
    }

    [Fact]
    public void AdmitUpdate_HoldsEveryLimitAgainstItsCeiling()
    {
        JailLimits limits = Request.Profile.Limits.Defaults with { Memory = new ByteSize(256L << 20), Cpus = 0.5m, CpuSet = Cpus("0"), Stack = new ByteSize(1L << 20), OpenFiles = 100, CpuWeight = 50, Timeout = TimeSpan.FromMinutes(1) };
        s_access.AdmitUpdate(limits, "python");

        Assert.Equal("memory: max is above the ceiling of 256M", Reason(limits with { Memory = Limit<ByteSize>.Max }));
        Assert.Equal("cpuSet: every CPU is above the ceiling of 0-1", Reason(limits with { CpuSet = null }));
        Assert.Equal("openFiles: 101 is above the ceiling of 100", Reason(limits with { OpenFiles = 101 }));

        static string Reason(JailLimits asked) => Assert.Throws<AccessDeniedException>(() => s_access.AdmitUpdate(asked, "python")).Decision.Reason;
    }

    [Fact]
    public void AdmitKey_RefusesRolesThatWiden_ToWhoSeesOnlyItsOwn_AndRolesThatAreNone()
    {
        s_access.AdmitKey(["one"]);

        Assert.Equal("role wide gives its key more than the caller has itself", Assert.Throws<AccessDeniedException>(() => s_access.AdmitKey(["one", "wide"])).Decision.Reason);
        Assert.Equal("there is no role 'ghost'", Assert.Throws<AccessDeniedException>(() => s_access.AdmitKey(["ghost"])).Decision.Reason);
    }

    private static CpuSet? Cpus(string text) => CpuSet.TryParse(text, out CpuSet? set) ? set : null;

    private static void Refuses(JailRequest request, string reason, string howToGet)
    {
        AccessDeniedException refused = Assert.Throws<AccessDeniedException>(() => s_access.Admit(request));

        Assert.Equal(new AccessDecision("role one, policy.json:2", reason, howToGet, null), refused.Decision);
        Assert.Equal($"{reason} (role one, policy.json:2); {howToGet}", refused.Message);
    }
}
