using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>A tool of a server, with its hash.</summary>
/// <param name="Tool">As the server has it.</param>
/// <param name="Digest">Its hash.</param>
internal sealed record DigestedTool(Tool Tool, string Digest)
{
    /// <summary>A tool, with its hash.</summary>
    public static DigestedTool Of(Tool tool) => new(tool, JsonDigest.Of(tool));
}
