using System.Collections.Immutable;
using System.Globalization;

namespace AgentSandbox.Audit;

/// <summary>The fields of an entry of the journal.</summary>
/// <param name="fields">Names and values; null for a value that journalctl did not print.</param>
internal sealed class JournalEntry(IReadOnlyList<KeyValuePair<string, string?>> fields)
{
    private static readonly string[] s_chain = ["KIND", "SEQUENCE", "TIME_USEC", "PREVIOUS_HASH", "HASH", "REPLAY"];

    /// <summary>True if it is one of the audit trail.</summary>
    internal bool IsAudit => First($"{JournalSink.Prefix}HASH") is not null && First("SYSLOG_IDENTIFIER") == JournalSink.Identifier;

    /// <summary>The first value of <paramref name="name"/>, or null.</summary>
    internal string? First(string name) => fields.FirstOrDefault(field => field.Key == name).Value;

    /// <summary>The entry of the audit trail.</summary>
    internal AuditLine Parse(string place)
    {
        try
        {
            AuditKindInfo kind = AuditKinds.Find(Own("KIND")) ?? throw new FormatException($"no kind '{Own("KIND")}'");
            DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(checked(Number(Own("TIME_USEC")) * TimeSpan.TicksPerMicrosecond));
            AuditRecord record = new(kind.Kind, (AuditPriority)Number(Needed("PRIORITY")), Needed("MESSAGE"), Fields());
            AuditEntry entry = new(Number(Own("SEQUENCE")), time, record, Own("PREVIOUS_HASH"), Own("HASH"));
            return new(place, entry, IsReplay: First($"{JournalSink.Prefix}REPLAY") is not null);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return new(place, null, e.Message);
        }
    }

    private ImmutableArray<AuditField> Fields()
    {
        ImmutableArray<AuditField>.Builder own = ImmutableArray.CreateBuilder<AuditField>();
        foreach ((string name, string? value) in fields)
        {
            if (name.StartsWith(JournalSink.Prefix, StringComparison.Ordinal) && name[JournalSink.Prefix.Length..] is string field && !s_chain.Contains(field))
            {
                own.Add(new(field, value ?? throw new FormatException($"{name} is not shown: use journalctl -a"), isNumber: false));
            }
        }

        return own.ToImmutable();
    }

    private string Own(string name) => Needed($"{JournalSink.Prefix}{name}");

    private string Needed(string name) => First(name) ?? throw new FormatException($"{name} is missing");

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
