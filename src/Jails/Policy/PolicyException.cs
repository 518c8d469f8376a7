namespace AgentSandbox.Jails.Policy;

/// <summary>A request or profile that was refused: which field, and why.</summary>
/// <param name="field">The field as the caller wrote it: <c>--bind-ro</c>, <c>limits.memory</c>.</param>
/// <param name="reason">What is wrong with it and what would be accepted.</param>
public sealed class PolicyException(string field, string reason) : Exception($"{field}: {reason}")
{
    /// <summary>The refused field.</summary>
    public string Field { get; } = field;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
