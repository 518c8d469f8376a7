namespace AgentSandbox.Audit;

/// <summary>No sink takes records: what would have been written must not happen.</summary>
/// <param name="message">Each sink, with its reason.</param>
/// <param name="inner">The first reason.</param>
public sealed class AuditException(string message, Exception? inner = null) : IOException(message, inner);
