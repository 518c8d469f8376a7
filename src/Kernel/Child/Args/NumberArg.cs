namespace AgentSandbox.Kernel.Child;

/// <summary>A number, with its text.</summary>
/// <param name="Value">What the call gets.</param>
/// <param name="Text">What is printed.</param>
public sealed record NumberArg(long Value, string Text) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
