using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>A tool of a server, compared with what the user has accepted.</summary>
/// <param name="Tool">As the server has it.</param>
/// <param name="Digest">Its hash.</param>
/// <param name="State">What it is.</param>
public sealed record SeenTool(Tool Tool, string Digest, ToolState State);
