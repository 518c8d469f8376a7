using System.Globalization;

namespace AgentSandbox.Jails.Policy;

/// <summary>Lengths of time as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>.</summary>
public static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] s_units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), // before "s"
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>The shortest exact form: <c>90s</c>, <c>1d</c>; below a millisecond it is rounded.</summary>
    public static string Format(TimeSpan duration)
    {
        (string unit, TimeSpan length) = s_units.LastOrDefault(u => duration != TimeSpan.Zero && duration.Ticks % u.Length.Ticks == 0, s_units[0]);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(duration / length)}{unit}");
    }

    /// <summary>Parses a whole number with a unit; false if it is none, or longer than ten thousand days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach ((string unit, TimeSpan length) in s_units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                bool good = int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                    && count <= TimeSpan.FromDays(10_000) / length;
                duration = good ? count * length : default;
                return good;
            }
        }

        return false;
    }
}
