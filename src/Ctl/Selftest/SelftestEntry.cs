namespace AgentSandbox.Ctl.Selftest;

/// <summary>One attack in the report.</summary>
/// <param name="Threat">Its number in the list of threats.</param>
/// <param name="Name">Its name.</param>
/// <param name="Title">What was tried.</param>
/// <param name="Planned">The answer that was planned.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Verdict">What became of it.</param>
internal sealed record SelftestEntry(string Threat, string Name, string Title, string Planned, string Seen, AttackVerdict Verdict);
