namespace AgentSandbox.Audit;

/// <summary>What a check of the chain found.</summary>
/// <param name="Count">How many entries hold, before the first break.</param>
/// <param name="First">The first entry's number; 0 if there is none. Above 1, older ones were rotated away or are kept elsewhere.</param>
/// <param name="Last">Where the chain is after the last entry that holds.</param>
/// <param name="Break">The first break; null if all hold.</param>
public sealed record AuditVerdict(long Count, long First, AuditHead Last, AuditBreak? Break)
{
    /// <summary>True if nothing is edited, missing or out of order.</summary>
    public bool IsIntact => Break is null;
}
