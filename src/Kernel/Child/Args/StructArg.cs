using System.Collections.Immutable;

namespace AgentSandbox.Kernel.Child;

/// <summary>A structure that the call reads: its fields lie one after the other, without gaps.</summary>
/// <param name="Fields">The fields.</param>
public sealed record StructArg(ImmutableArray<StructField> Fields) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Fields.Where(f => f.Name.Length > 0).Select(f => $"{f.Name}={f.Value}"))}}}";
}
