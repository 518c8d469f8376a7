namespace AgentSandbox.Kernel.Child;

/// <summary>A field of a <see cref="StructArg"/>.</summary>
/// <param name="Name">The kernel's name of it; empty: padding, not printed.</param>
/// <param name="Size">Its size: 1, 2, 4 or 8 bytes; 8 where the value is an address or the result of a step.</param>
/// <param name="Value">Its value.</param>
public sealed record StructField(string Name, int Size, Arg Value);
