namespace AgentSandbox.Mcp.Answers;

/// <summary>A tool cannot do what was asked.</summary>
/// <param name="refusal">Why, for the model.</param>
internal sealed class ToolException(Refusal refusal) : Exception(refusal.Text)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;
}
