using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentSandbox.Ctl.Client;

/// <summary>Parts of the daemon's answers, in a word or two.</summary>
internal static class Names
{
    /// <summary>A jail's state.</summary>
    public static string Of(JailState state) => state.ToString().ToLowerInvariant();

    /// <summary>An owner: <c>uid 1000</c>, <c>uid 1000 key abc</c>.</summary>
    public static string Of(Owner? owner) => owner is null ? Figures.Unknown : owner.KeyId.Length == 0 ? $"uid {owner.Uid}" : $"uid {owner.Uid} key {owner.KeyId}";

    /// <summary>A span of time.</summary>
    public static string Of(Duration? span) => span is null ? Figures.Unknown : Figures.Span(span.ToTimeSpan());

    /// <summary>A moment.</summary>
    public static string Of(Timestamp? moment) => moment is null ? Figures.Unknown : Figures.Moment(moment.ToDateTimeOffset());

    /// <summary>Labels: <c>a=b c=d</c>.</summary>
    public static string OfLabels(IDictionary<string, string> labels) => string.Join(' ', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    /// <summary>A kind of event: <c>jail-created</c>.</summary>
    public static string Of(EventKind kind) => Words(kind.ToString());

    /// <summary>What a reviewer should know: <c>executable</c>, <c>escaping-link</c>.</summary>
    public static string Of(ReviewFlag flag) => Words(flag.ToString());

    /// <summary>A kind of file.</summary>
    public static string Of(FileKind kind) => kind == FileKind.Other ? "device, FIFO or socket" : Words(kind.ToString());

    /// <summary>CPU time in all.</summary>
    public static string OfCpu(Usage? usage) => usage?.User is null ? Figures.Unknown : Figures.Span(CpuTime(usage));

    /// <summary>CPU time in all; none where the host does not count it.</summary>
    public static TimeSpan CpuTime(Usage usage) => (usage.User?.ToTimeSpan() ?? TimeSpan.Zero) + (usage.System?.ToTimeSpan() ?? TimeSpan.Zero);

    /// <summary>Bytes that may not be counted.</summary>
    public static string OfSize(bool isCounted, long bytes) => isCounted ? Figures.Size(bytes) : Figures.Unknown;

    /// <summary>Pieces that may not be counted.</summary>
    public static string OfCount(bool isCounted, long count) => isCounted ? Figures.Number(count) : Figures.Unknown;

    /// <summary>Pressure: the share of the last ten seconds in which something was held up, in percent.</summary>
    public static string Of(Pressure? pressure) => pressure is null ? Figures.Unknown : Figures.Percent(pressure.SomeAvg10Percent);

    private static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
}
