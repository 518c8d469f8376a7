using System.Globalization;

namespace AgentSandbox.Ctl.Text;

/// <summary>Figures for people: three digits or so, with a unit.</summary>
internal static class Figures
{
    /// <summary>What stands for a figure that the host does not count.</summary>
    public const string Unknown = "-";

    private const string Units = "KMGTP";
    private const int Step = 1024;

    /// <summary>Bytes: <c>1.5M</c>.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = -1;
        while (Math.Abs(value) >= Step && unit < Units.Length - 1)
        {
            value /= Step;
            unit++;
        }

        return unit < 0 ? Number(bytes) : string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{Units[unit]}");
    }

    /// <summary>A whole number.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A span of time: <c>12.3s</c>, <c>4m12s</c>, <c>3h20m</c>, <c>2d5h</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{Number((long)Math.Max(0, span.TotalMilliseconds))}ms",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0}s"),
        { TotalHours: < 1 } => $"{span.Minutes}m{span.Seconds}s",
        { TotalDays: < 1 } => $"{span.Hours}h{span.Minutes}m",
        _ => $"{span.Days}d{span.Hours}h",
    };

    /// <summary>A moment, in local time.</summary>
    public static string Moment(DateTimeOffset moment) => moment.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How long <paramref name="moment"/> is ago.</summary>
    public static string Age(DateTimeOffset moment) => Span(TimeProvider.System.GetUtcNow() - moment);

    /// <summary>A percentage: <c>12.3</c>.</summary>
    public static string Percent(double percent) => percent.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>Thousandths of a core: <c>1.5</c>.</summary>
    public static string Cores(long millicores) => (millicores / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
}
