namespace AgentSandbox.Mcp.Http;

/// <summary>The server has as many clients as it can have.</summary>
/// <param name="message">In words.</param>
internal sealed class HttpLimitException(string message) : Exception(message);
