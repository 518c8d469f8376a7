namespace AgentSandbox.Mcp.Schema;

/// <summary>A schema or a value is larger than what is checked, or has something that is not checked: it counts as refused.</summary>
/// <param name="message">What it is.</param>
internal sealed class SchemaLimitException(string message) : Exception(message);
