using AgentSandbox.Audit;

namespace AgentSandbox.Ctl.Text;

/// <summary>What <c>audit verify --json</c> prints.</summary>
/// <param name="Intact">True: nothing is edited, missing or out of order.</param>
/// <param name="Count">How many records hold.</param>
/// <param name="First">The first record's number.</param>
/// <param name="LastSequence">The last record that holds.</param>
/// <param name="LastHash">Its hash.</param>
/// <param name="BreakKind">What is wrong; absent: nothing.</param>
/// <param name="BreakSequence">With which record.</param>
/// <param name="BreakPlace">Where it was found.</param>
/// <param name="BreakDetail">What was found.</param>
internal sealed record AuditVerdictReport(
    bool Intact, long Count, long First, long LastSequence, string LastHash, string? BreakKind, long? BreakSequence, string? BreakPlace, string? BreakDetail)
{
    /// <summary>The report's form of <paramref name="verdict"/>.</summary>
    public static AuditVerdictReport From(AuditVerdict verdict) => new(
        verdict.IsIntact,
        verdict.Count,
        verdict.First,
        verdict.Last.Sequence,
        verdict.Last.Hash,
        verdict.Break?.Kind.ToString().ToLowerInvariant(),
        verdict.Break?.Sequence,
        verdict.Break?.Place,
        verdict.Break?.Detail);
}
