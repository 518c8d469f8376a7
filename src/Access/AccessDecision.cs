namespace AgentSandbox.Access;

/// <summary>An answer of the policy, with its reason: what is told to the caller and to the audit trail.</summary>
/// <param name="Rule">The rule that allowed or refused: <c>role coder, policy.json:12</c>; the file alone if no rule allows it.</param>
/// <param name="Reason">Why it is so.</param>
/// <param name="HowToGet">What the caller can do about a refusal; empty if it is allowed.</param>
/// <param name="Grant">What comes with the permission; null if it is refused.</param>
public sealed record AccessDecision(string Rule, string Reason, string HowToGet, Grant? Grant)
{
    /// <summary>True if it is allowed.</summary>
    public bool Allowed => Grant is not null;
}
