using System.Globalization;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>The formats in which cgroup files tell numbers. Keys that a newer kernel adds do no harm.</summary>
/// <remarks>Source: cgroup-v2.rst, "Format".</remarks>
internal static class CgroupText
{
    /// <summary>Flat keyed: a line <c>KEY VALUE</c> for each.</summary>
    internal static IReadOnlyDictionary<string, long> Keys(string text)
    {
        Dictionary<string, long> keys = new(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int blank = line.IndexOf(' ');
            if (blank > 0 && long.TryParse(line[(blank + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                keys[line[..blank].ToString()] = value;
            }
        }

        return keys;
    }

    /// <summary>Nested keyed: a line <c>NAME KEY=VALUE KEY=VALUE</c> for each; by name and key.</summary>
    internal static IEnumerable<(string Name, string Key, string Value)> Nested(string text) =>
        from line in text.Split('\n')
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        from pair in words.Skip(1).Select(word => word.Split('=', 2))
        where pair.Length == 2
        select (words[0], pair[0], pair[1]);

    /// <summary>Nested keyed: the value of <paramref name="key"/> in the line of <paramref name="name"/>; empty if there is none.</summary>
    internal static ReadOnlySpan<char> Nested(ReadOnlySpan<char> text, string name, string key)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (!line.StartsWith(name) || line.Length == name.Length || line[name.Length] != ' ')
            {
                continue;
            }

            foreach (Range word in line.Split(' '))
            {
                ReadOnlySpan<char> pair = line[word];
                if (pair.Length > key.Length && pair[key.Length] == '=' && pair.StartsWith(key))
                {
                    return pair[(key.Length + 1)..];
                }
            }
        }

        return default;
    }

    /// <summary>A single value; null for <c>max</c>, and where the file is absent.</summary>
    internal static long? Single(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
