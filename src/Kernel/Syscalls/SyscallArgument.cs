namespace AgentSandbox.Kernel;

/// <summary>One argument of a system call that a filter can decide on: a number, never a pointer.</summary>
/// <param name="Name">The argument's name as its man page has it.</param>
/// <param name="Index">Its place among the six: 0 to 5.</param>
/// <param name="Bits">How much of the register the kernel reads: 32 or 64. What lies above is garbage that must not change an answer.</param>
/// <param name="Prefixes">How the names of its values begin.</param>
public sealed record SyscallArgument(string Name, int Index, int Bits, params string[] Prefixes)
{
    /// <summary>The bits that the kernel reads.</summary>
    public ulong Significant => Bits == 64 ? ulong.MaxValue : uint.MaxValue;

    /// <summary>True if <paramref name="value"/> is the name of a value that this argument can have.</summary>
    public bool Takes(string value) => Prefixes.Any(prefix => value.StartsWith(prefix, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
