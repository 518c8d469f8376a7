namespace AgentSandbox.Audit;

/// <summary>One line of a file, or one entry of the journal, as it was read.</summary>
/// <param name="Place">Where: <c>/var/log/x/audit.jsonl, line 7</c>.</param>
/// <param name="Entry">The entry; null if the line holds none.</param>
/// <param name="Problem">Why it holds none; else empty.</param>
/// <param name="IsReplay">True: it was written once more after a crash.</param>
public sealed record AuditLine(string Place, AuditEntry? Entry, string Problem = "", bool IsReplay = false);
