namespace AgentSandbox.Kernel.Child;

/// <summary>A NUL-terminated string of at most <see cref="MaxBytes"/> bytes that is given when the program is launched.</summary>
/// <param name="Slot">The name under which the launcher is given the string.</param>
/// <param name="Display">What is printed for it.</param>
public sealed record SlotArg(string Slot, string Display) : Arg
{
    /// <summary>The most bytes that the string can have, in UTF-8.</summary>
    public const int MaxBytes = 31;

    /// <inheritdoc/>
    public override string ToString() => Display;
}
