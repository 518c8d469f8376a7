using System.Globalization;

namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>Pressure on one resource (PSI).</summary>
/// <param name="Some">The time in which some processes were held up.</param>
/// <param name="Full">The time in which all were, at once.</param>
/// <remarks>Source: accounting/psi.rst, "Pressure interface". The line "full" of cpu.pressure is there since Linux 5.13.</remarks>
public sealed record Pressure(Stall Some, Stall Full)
{
    /// <summary>Parses <c>cpu.pressure</c>, <c>memory.pressure</c> or <c>io.pressure</c>.</summary>
    internal static Pressure Parse(string text)
    {
        IReadOnlyDictionary<(string, string), string> values = CgroupText.Nested(text).ToDictionary(entry => (entry.Name, entry.Key), entry => entry.Value);
        return new(Of("some"), Of("full"));

        Stall Of(string kind) => new(
            decimal.Parse(values.GetValueOrDefault((kind, "avg10"), "0"), CultureInfo.InvariantCulture),
            TimeSpan.FromMicroseconds(long.Parse(values.GetValueOrDefault((kind, "total"), "0"), CultureInfo.InvariantCulture)));
    }
}
