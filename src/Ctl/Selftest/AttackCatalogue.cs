using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>All attacks. Those that need more than one jail, or the host's help in time, are in the tests.</summary>
internal static class AttackCatalogue
{
    /// <summary>The attacks, in the order of the threats' parts.</summary>
    public static ImmutableArray<Attack> All { get; } = [.. CallAttacks.All, .. IdentityAttacks.All, .. FileAttacks.All, .. ResourceAttacks.All, .. NetworkAttacks.All];

    /// <summary>The attacks that can be made under the profile <paramref name="profile"/>.</summary>
    public static ImmutableArray<Attack> For(string profile) => [.. All.Where(a => a.AppliesTo(profile))];
}
