using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>What <c>selftest --attack --json</c> prints.</summary>
/// <param name="Profile">The profile under attack.</param>
/// <param name="Degraded">The layers that the host lacks and that the caller gave up.</param>
/// <param name="Refused">How many attacks were refused as planned.</param>
/// <param name="GotThrough">How many were not.</param>
/// <param name="NotMade">How many could not be made.</param>
/// <param name="Attacks">Each attack.</param>
internal sealed record SelftestReport(string Profile, ImmutableArray<string> Degraded, int Refused, int GotThrough, int NotMade, ImmutableArray<SelftestEntry> Attacks)
{
    /// <summary>The report on <paramref name="outcomes"/>.</summary>
    public static SelftestReport From(string profile, ImmutableArray<string> degraded, IReadOnlyCollection<AttackOutcome> outcomes)
    {
        int Count(AttackVerdict verdict) => outcomes.Count(o => o.Verdict == verdict);
        return new(
            profile,
            degraded,
            Count(AttackVerdict.Refused),
            Count(AttackVerdict.GotThrough),
            Count(AttackVerdict.NotMade),
            [.. outcomes.Select(o => new SelftestEntry(o.Attack.Threat, o.Attack.Name, o.Attack.Title, o.Planned, o.Seen, o.Verdict))]);
    }
}
