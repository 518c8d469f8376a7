using System.Collections.Immutable;

namespace AgentSandbox.Kernel.Child;

/// <summary>A NULL-terminated array of strings: argv or the environment.</summary>
/// <param name="Items">The strings.</param>
public sealed record StringsArg(ImmutableArray<string> Items) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Items.Select(TextArg.Quote))}]";
}
