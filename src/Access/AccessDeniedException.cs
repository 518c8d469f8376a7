namespace AgentSandbox.Access;

/// <summary>The policy refuses: by which rule, why, and how to get it.</summary>
/// <param name="decision">The refusal.</param>
public sealed class AccessDeniedException(AccessDecision decision) : Exception($"{decision.Reason} ({decision.Rule}); {decision.HowToGet}")
{
    /// <summary>The refusal.</summary>
    public AccessDecision Decision { get; } = decision;
}
