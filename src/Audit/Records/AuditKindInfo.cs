namespace AgentSandbox.Audit;

/// <summary>The stable names of a kind of record.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Its name in files and filters: <c>jail-created</c>.</param>
/// <param name="MessageId">Its MESSAGE_ID in the journal: 32 hexadecimal digits.</param>
/// <param name="Priority">How urgent it is, unless the record says otherwise.</param>
public sealed record AuditKindInfo(AuditKind Kind, string Name, string MessageId, AuditPriority Priority);
