namespace AgentSandbox.Audit;

/// <summary>Where a chain is: after which entry.</summary>
/// <param name="Sequence">The last entry's number; 0 before the first.</param>
/// <param name="Hash">The last entry's hash: 64 hexadecimal digits.</param>
public readonly record struct AuditHead(long Sequence, string Hash)
{
    /// <summary>Before the first entry.</summary>
    public static AuditHead Start { get; } = new(0, AuditEntry.NoHash);
}
