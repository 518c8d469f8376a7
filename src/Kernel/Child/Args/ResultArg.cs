namespace AgentSandbox.Kernel.Child;

/// <summary>The result of an earlier step.</summary>
/// <param name="Slot">That step's <see cref="SyscallStep.Result"/>.</param>
public sealed record ResultArg(string Slot) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => $"${Slot}";
}
