namespace AgentSandbox.Kernel.Child;

/// <summary>File mode bits.</summary>
/// <param name="Value">The bits.</param>
public sealed record ModeArg(uint Value) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => Value == 0 ? "0" : "0" + Convert.ToString(Value, 8);
}
