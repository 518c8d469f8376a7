using System.Collections.Immutable;
using System.Globalization;

namespace AgentSandbox.Kernel;

/// <summary>A set of capabilities.</summary>
/// <param name="Bits">One bit for each <see cref="Capability"/>.</param>
public readonly record struct CapabilitySet(ulong Bits)
{
    /// <summary>Every capability that has a name.</summary>
    public static CapabilitySet All { get; } = new(Enum.GetValues<Capability>().Aggregate(0UL, (bits, capability) => bits | Bit(capability)));

    /// <summary>The members, in the kernel's order; without bits that have no name here.</summary>
    public ImmutableArray<Capability> Members => [.. Enum.GetValues<Capability>().Where(Has)];

    /// <summary>True if <paramref name="capability"/> is in the set.</summary>
    public bool Has(Capability capability) => (Bits & Bit(capability)) != 0;

    /// <summary>The set without <paramref name="capability"/>.</summary>
    public CapabilitySet Without(Capability capability) => new(Bits & ~Bit(capability));

    // CapEff:	000001ffffffffff
    internal static CapabilitySet ReadEffective(string proc)
    {
        const string Label = "CapEff:";
        string[] lines = HostFile.ReadLines(Path.Combine(proc, "self/status"));
        string? line = Array.Find(lines, line => line.StartsWith(Label, StringComparison.Ordinal));
        return ulong.TryParse(line?[Label.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits) ? new(bits) : default;
    }

    private static ulong Bit(Capability capability) => 1UL << (int)capability;
}
