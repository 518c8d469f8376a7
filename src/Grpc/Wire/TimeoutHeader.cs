using System.Globalization;

namespace AgentSandbox.Grpc.Wire;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Timeout".</remarks>
internal static class TimeoutHeader
{
    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;
    private const long NanosecondsPerTick = 100;

    /// <summary>Reads the value.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="timeout">Rounded up to 100 ns.</param>
    /// <returns>False: it is no timeout.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1 || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }

        long ticksPerUnit;
        switch (text[^1])
        {
            case 'n':
                timeout = new((value + NanosecondsPerTick - 1) / NanosecondsPerTick);
                return true;
            case 'u': ticksPerUnit = TimeSpan.TicksPerMicrosecond; break;
            case 'm': ticksPerUnit = TimeSpan.TicksPerMillisecond; break;
            case 'S': ticksPerUnit = TimeSpan.TicksPerSecond; break;
            case 'M': ticksPerUnit = TimeSpan.TicksPerMinute; break;
            case 'H': ticksPerUnit = TimeSpan.TicksPerHour; break;
            default: return false;
        }

        timeout = new(value * ticksPerUnit); // eight digits of hours are 3.6e18 ticks: no overflow
        return true;
    }

    /// <summary>
    /// Writes the value in the finest unit that eight digits can hold, rounded up: the server never ends a call before the client would.
    /// </summary>
    /// <param name="timeout">Above zero.</param>
    public static string Format(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        long ticks = timeout.Ticks;
        if (ticks <= MaxValue / NanosecondsPerTick)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{ticks * NanosecondsPerTick}n");
        }

        (long TicksPerUnit, char Name)[] units =
        [
            (TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'), (TimeSpan.TicksPerMinute, 'M'),
        ];
        foreach ((long ticksPerUnit, char name) in units)
        {
            long value = CeilingDivide(ticks, ticksPerUnit);
            if (value <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{name}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Min(MaxValue, CeilingDivide(ticks, TimeSpan.TicksPerHour))}H");
    }

    private static long CeilingDivide(long value, long by) => (value / by) + (value % by == 0 ? 0 : 1);
}
