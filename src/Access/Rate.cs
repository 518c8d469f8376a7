using System.Globalization;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>How often something may be done: <c>60/1m</c>.</summary>
/// <param name="Count">How many times in each period, and at once: 1 or more.</param>
/// <param name="Period">1 ms or more.</param>
public readonly record struct Rate(int Count, TimeSpan Period)
{
    private double PerSecond => Count / Period.TotalSeconds;

    /// <summary>Parses <c>60/1m</c>; false if it is not that.</summary>
    public static bool TryParse(string text, out Rate rate)
    {
        string[] parts = text.Split('/');
        int count = 0;
        TimeSpan period = default;
        bool good = parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0
            && DurationText.TryParse(parts[1], out period) && period > TimeSpan.Zero;
        rate = good ? new Rate(count, period) : default;
        return good;
    }

    /// <summary>The one that lets more through in the long run; null is no limit.</summary>
    public static Rate? Widest(Rate? one, Rate? other) => one is null || other is null ? null : one.Value.PerSecond >= other.Value.PerSecond ? one : other;

    /// <summary>The one that lets less through in the long run; null is no limit.</summary>
    public static Rate? Narrowest(Rate? one, Rate? other) => one is null ? other : other is null || one.Value.PerSecond <= other.Value.PerSecond ? one : other;

    /// <summary>As it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}/{DurationText.Format(Period)}");
}
