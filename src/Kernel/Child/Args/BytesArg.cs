using System.Collections.Immutable;
using System.Security.Cryptography;

namespace AgentSandbox.Kernel.Child;

/// <summary>Bytes that the call reads.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="Text">What is printed for them; null: the first half of their SHA-256.</param>
public sealed record BytesArg(ImmutableArray<byte> Content, string? Text) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => Text ?? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Content.AsSpan()).AsSpan(0, 16))}";
}
