using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Registry;

/// <summary>A <see cref="JailRecord"/> as it is kept; what has no limit is null.</summary>
internal sealed record SavedRecord(uint Uid, string? Key, DateTimeOffset CreatedAt, Dictionary<string, string> Labels, TimeSpan? TimeToLive, TimeSpan? IdleTimeout)
{
    /// <summary>The form in which <paramref name="record"/> is kept.</summary>
    public static SavedRecord From(JailRecord record) => new(
        record.Owner.Uid,
        record.Owner.Key,
        record.CreatedAt,
        new Dictionary<string, string>(record.Labels),
        record.TimeToLive.IsMax ? null : record.TimeToLive.Value,
        record.IdleTimeout.IsMax ? null : record.IdleTimeout.Value);

    /// <summary>The record.</summary>
    public JailRecord ToRecord() => new()
    {
        Owner = new OwnerId(Uid, Key),
        CreatedAt = CreatedAt,
        Labels = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Labels),
        TimeToLive = TimeToLive is TimeSpan life ? life : Limit<TimeSpan>.Max,
        IdleTimeout = IdleTimeout is TimeSpan idle ? idle : Limit<TimeSpan>.Max,
    };
}
