using System.Text;
using AgentSandbox.Access;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>Policies, callers and profiles for tests.</summary>
internal static class Policies
{
    public const uint Uid = 1000;

    public static Accounts Accounts { get; } = Accounts.Parse("root:x:0:0::/root:/bin/sh\nagent:x:1000:1000::/:/bin/sh\nagent:x:9:9::/:/bin/sh\n+::::::\n", "root:x:0:\nagent-sandbox:x:990:agent\nteam:x:2000:\n");

    public static ProfileStore Profiles { get; } = new(Path.Combine(Repository.Root, "native-profiles"));

    /// <summary>A policy file as <c>policy.json</c>.</summary>
    public static AccessPolicy Parse(string json) => AccessPolicy.Parse("policy.json", Encoding.UTF8.GetBytes(json), Accounts);

    /// <summary>A policy with <paramref name="roles"/>, where uid 1000 has the role <c>one</c>.</summary>
    public static AccessPolicy WithRoles(string roles, string more = "") =>
        Parse($$"""
            { "roles": {
            {{roles}}
            }, "principals": [ { "uid": 1000, "roles": ["one"] }{{more}} ] }
            """);

    /// <summary>A caller of this uid, its groups and no more.</summary>
    public static Caller Caller(uint uid = Uid, params uint[] groups) => new(new UnixIdentity(uid, uid, [.. groups]), null, null);

    /// <summary>The caller with a key of these roles.</summary>
    public static Caller WithKey(this Caller caller, params string[] roles) => caller with { Key = new CallerKey("abcdefghijkl", "ci", [.. roles]) };
}
