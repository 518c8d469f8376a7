namespace AgentSandbox.Ctl.Selftest;

/// <summary>An attack that was made.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Planned">The answer that was planned.</param>
/// <param name="Seen">What the attack program saw.</param>
/// <param name="Verdict">What became of it.</param>
internal sealed record AttackOutcome(Attack Attack, string Planned, string Seen, AttackVerdict Verdict);
