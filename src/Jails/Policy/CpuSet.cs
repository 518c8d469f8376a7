using System.Globalization;

namespace AgentSandbox.Jails.Policy;

/// <summary>A set of CPUs, in the kernel's spelling: <c>0-3,6</c>. Two sets of the same CPUs are equal.</summary>
public sealed record CpuSet
{
    private const int MaxCpus = 8192; // CONFIG_NR_CPUS of the largest kernels

    private readonly SortedSet<int> _cpus;

    private CpuSet(SortedSet<int> cpus)
    {
        _cpus = cpus;
        Text = string.Join(',', Runs(cpus));
    }

    /// <summary>The shortest spelling.</summary>
    public string Text { get; }

    /// <summary>Parses numbers and ranges with commas between them; false if it is not that, or empty, or a CPU is above 8,191.</summary>
    /// <remarks>Source: cpuset(7), "List format".</remarks>
    public static bool TryParse(string text, out CpuSet? set)
    {
        set = null;
        SortedSet<int> cpus = [];
        foreach (string range in text.Split(','))
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2 || !TryParseCpu(ends[0], out int first) || !TryParseCpu(ends[^1], out int last) || last < first)
            {
                return false;
            }

            cpus.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        set = new CpuSet(cpus);
        return true;
    }

    /// <summary>True if all CPUs of <paramref name="other"/> are in this set.</summary>
    public bool Contains(CpuSet other) => _cpus.IsSupersetOf(other._cpus);

    /// <summary>The CPUs of either set.</summary>
    public CpuSet Union(CpuSet other) => new([.. _cpus, .. other._cpus]);

    /// <summary>The CPUs of both sets; null if they have none in common.</summary>
    public CpuSet? Intersect(CpuSet other)
    {
        SortedSet<int> common = [.. _cpus];
        common.IntersectWith(other._cpus);
        return common.Count == 0 ? null : new CpuSet(common);
    }

    /// <inheritdoc/>
    public bool Equals(CpuSet? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The shortest spelling.</summary>
    public override string ToString() => Text;

    private static bool TryParseCpu(string text, out int cpu) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < MaxCpus;

    private static IEnumerable<string> Runs(SortedSet<int> cpus)
    {
        foreach (int first in cpus.Where(cpu => !cpus.Contains(cpu - 1)))
        {
            int last = first;
            while (cpus.Contains(last + 1))
            {
                last++;
            }

            yield return first == last ? $"{first}" : $"{first}-{last}";
        }
    }
}
