using System.Text.Json.Nodes;

namespace AgentSandbox.Mcp.Http;

/// <summary>Why a request is not served.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Code">The code of JSON-RPC.</param>
/// <param name="Message">In words.</param>
internal sealed record HttpRefusal(int Status, int Code, string Message)
{
    /// <summary>What a program may make of it; null: nothing.</summary>
    public JsonObject? Data { get; init; }
}
