using System.Collections.Immutable;

namespace AgentSandbox.Kernel.Child;

/// <summary>Bytes that the call reads.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="Text">What is printed for them.</param>
public sealed record BytesArg(ImmutableArray<byte> Content, string Text) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
