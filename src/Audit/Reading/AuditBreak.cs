using System.Globalization;

namespace AgentSandbox.Audit;

/// <summary>The first place where a chain does not hold.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Sequence">The number of the entry that is edited, missing, out of order or twice there.</param>
/// <param name="Place">Where it was found.</param>
/// <param name="Detail">What was found there, in words.</param>
public sealed record AuditBreak(AuditBreakKind Kind, long Sequence, string Place, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"record {Sequence}: {Kind.ToString().ToLowerInvariant()}: {Detail} ({Place})");
}
