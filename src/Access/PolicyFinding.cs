namespace AgentSandbox.Access;

/// <summary>Something in a policy that is allowed, and that its author may not have meant.</summary>
/// <param name="Place">Where: <c>policy.json:12</c>.</param>
/// <param name="Text">What.</param>
public sealed record PolicyFinding(string Place, string Text)
{
    /// <summary>Both.</summary>
    public override string ToString() => $"{Place}: {Text}";
}
