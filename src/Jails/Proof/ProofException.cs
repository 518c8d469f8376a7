using System.Collections.Immutable;

namespace AgentSandbox.Jails.Proof;

/// <summary>The kernel enforces something else than was planned. What was started is dead.</summary>
/// <param name="gaps">Each difference, in words.</param>
public sealed class ProofException(ImmutableArray<string> gaps) : Exception($"the kernel does not enforce what was planned: {string.Join("; ", gaps)}")
{
    /// <summary>Each difference, in words.</summary>
    public ImmutableArray<string> Gaps { get; } = gaps;

    internal static void ThrowIfAny(IEnumerable<string> gaps)
    {
        ImmutableArray<string> found = [.. gaps];
        if (found.Length > 0)
        {
            throw new ProofException(found);
        }
    }
}
