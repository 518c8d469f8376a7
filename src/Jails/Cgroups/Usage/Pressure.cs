using System.Globalization;

namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>Pressure on one resource (PSI).</summary>
/// <param name="Some">The time in which some processes were held up.</param>
/// <param name="Full">The time in which all were, at once.</param>
/// <remarks>Source: accounting/psi.rst, "Pressure interface". The line "full" of cpu.pressure is there since Linux 5.13.</remarks>
public sealed record Pressure(Stall Some, Stall Full)
{
    /// <summary>Parses <c>cpu.pressure</c>, <c>memory.pressure</c> or <c>io.pressure</c>.</summary>
    internal static Pressure Parse(string text) => new(Of(text, "some"), Of(text, "full"));

    private static Stall Of(string text, string kind)
    {
        ReadOnlySpan<char> average = CgroupText.Nested(text, kind, "avg10");
        ReadOnlySpan<char> total = CgroupText.Nested(text, kind, "total");
        return new(
            average.IsEmpty ? 0 : decimal.Parse(average, CultureInfo.InvariantCulture),
            TimeSpan.FromMicroseconds(total.IsEmpty ? 0 : long.Parse(total, CultureInfo.InvariantCulture)));
    }
}
