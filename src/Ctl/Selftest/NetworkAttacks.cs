using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Part E of the threats, as far as a jail without network goes.</summary>
internal static class NetworkAttacks
{
    /// <summary>The attacks.</summary>
    public static ImmutableArray<Attack> All { get; } =
    [
        new("interfaces", "E99", "network interfaces beside loopback", Attack.Itself) { Profiles = AttackProfiles.Standard },
        new("outside-addresses", "E101", "the internet, metadata services, private networks", "ENETUNREACH") { Strict = "EPERM" },
        new("host-port", "E102", "a service of the host's on 127.0.0.1", "ECONNREFUSED") { Strict = "EPERM", Arguments = ["{port}"] },
        new("abstract-socket", "E115", "an abstract socket of the host's", "ECONNREFUSED") { Strict = "EPERM", Arguments = ["{abstract}"] },
    ];
}
