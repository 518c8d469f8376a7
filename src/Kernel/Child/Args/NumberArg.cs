using System.Globalization;

namespace AgentSandbox.Kernel.Child;

/// <summary>A number.</summary>
/// <param name="Value">What the call gets.</param>
/// <param name="Text">What is printed for it; null: the number in decimal.</param>
public sealed record NumberArg(long Value, string? Text = null) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => Text ?? Value.ToString(CultureInfo.InvariantCulture);
}
