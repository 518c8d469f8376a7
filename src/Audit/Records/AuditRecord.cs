using System.Collections.Immutable;

namespace AgentSandbox.Audit;

/// <summary>What is to be written to the audit trail: one fact. <see cref="AuditLog"/> gives it its time, its number and its place in the chain.</summary>
public sealed record AuditRecord
{
    internal AuditRecord(AuditKind kind, AuditPriority priority, string message, ImmutableArray<AuditField> fields)
    {
        Kind = kind;
        Priority = priority;
        Message = message;
        Fields = fields;
    }

    /// <summary>What it tells of.</summary>
    public AuditKind Kind { get; }

    /// <summary>How urgent it is.</summary>
    public AuditPriority Priority { get; }

    /// <summary>The fact for people, in one sentence.</summary>
    public string Message { get; }

    /// <summary>The fact for programs, in the order in which it was told.</summary>
    public ImmutableArray<AuditField> Fields { get; }

    /// <summary>The first value of the field <paramref name="name"/>, or null.</summary>
    public string? this[AuditFieldName name]
    {
        get
        {
            string wanted = AuditField.NameOf(name);
            foreach (AuditField field in Fields)
            {
                if (field.Name == wanted)
                {
                    return field.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Begins a record.</summary>
    /// <param name="kind">What it tells of.</param>
    /// <param name="message">The fact for people, in one sentence; secrets in it are replaced.</param>
    public static AuditRecordBuilder About(AuditKind kind, string message) => new(kind, message);
}
