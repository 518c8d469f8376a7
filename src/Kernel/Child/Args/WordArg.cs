namespace AgentSandbox.Kernel.Child;

/// <summary>The address of a word that parent and child share.</summary>
/// <param name="Slot">The word's name.</param>
public sealed record WordArg(string Slot) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => $"&{Slot}";
}
