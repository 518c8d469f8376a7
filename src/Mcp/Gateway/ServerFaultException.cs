namespace AgentSandbox.Mcp.Gateway;

/// <summary>A server did what it may not, or cannot run.</summary>
/// <param name="reason">What it was; after the server's name it makes a sentence.</param>
public sealed class ServerFaultException(string reason) : Exception(reason);
