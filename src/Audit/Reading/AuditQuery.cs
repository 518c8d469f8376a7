using System.Collections.Immutable;
using System.Globalization;

namespace AgentSandbox.Audit;

/// <summary>Which entries somebody wants to see; what is not set matches all.</summary>
public sealed record AuditQuery
{
    /// <summary>Of one of these kinds.</summary>
    public ImmutableArray<AuditKind> Kinds { get; init; } = [];

    /// <summary>Of this jail.</summary>
    public string? Jail { get; init; }

    /// <summary>Of this uid, as the caller or as the owner.</summary>
    public uint? Uid { get; init; }

    /// <summary>Written then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>As urgent as this or more.</summary>
    public AuditPriority Priority { get; init; } = AuditPriority.Debug;

    /// <summary>After this sequence number.</summary>
    public long After { get; init; }

    /// <summary>The most that are listed: 1 or more.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>True if <paramref name="entry"/> is wanted; <see cref="Limit"/> is not looked at.</summary>
    public bool Matches(AuditEntry entry)
    {
        AuditRecord record = entry.Record;
        return entry.Sequence > After
            && record.Priority <= Priority
            && (Since is null || entry.Time >= Since)
            && (Kinds.IsEmpty || Kinds.Contains(record.Kind))
            && (Jail is null || record[AuditFieldName.Jail] == Jail)
            && (Uid is not { } uid || IsUid(record, AuditFieldName.PeerUid, uid) || IsUid(record, AuditFieldName.OwnerUid, uid));
    }

    private static bool IsUid(AuditRecord record, AuditFieldName field, uint uid) => record[field] == uid.ToString(CultureInfo.InvariantCulture);
}
