namespace AgentSandbox.Kernel.Child;

/// <summary>An fd of the parent.</summary>
/// <param name="Slot">The name under which the launcher is given the fd.</param>
public sealed record FdArg(string Slot) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => $"fd:{Slot}";
}
