using System.Globalization;

namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>What a cgroup read from and wrote to block devices, summed over them.</summary>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WrittenBytes">Bytes written.</param>
/// <param name="Reads">Read operations.</param>
/// <param name="Writes">Write operations.</param>
/// <remarks>Source: cgroup-v2.rst, "IO Interface Files", "io.stat".</remarks>
public sealed record IoUsage(long ReadBytes, long WrittenBytes, long Reads, long Writes)
{
    /// <summary>Parses <c>io.stat</c>.</summary>
    internal static IoUsage Parse(string stat)
    {
        ILookup<string, long> values = CgroupText.Nested(stat)
            .Where(entry => entry.Key is "rbytes" or "wbytes" or "rios" or "wios")
            .ToLookup(entry => entry.Key, entry => long.Parse(entry.Value, CultureInfo.InvariantCulture));
        return new(values["rbytes"].Sum(), values["wbytes"].Sum(), values["rios"].Sum(), values["wios"].Sum());
    }
}
