using System.Text.Json;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>What a client asks the gateway for.</summary>
/// <param name="Method">The method of the protocol: <c>tools/call</c>.</param>
/// <param name="Offer">Of what it is one.</param>
/// <param name="Shown">What the client calls it.</param>
/// <param name="Server">The server that this names; empty: none.</param>
/// <param name="Name">Its name or address there.</param>
/// <param name="Arguments">The arguments; null: none.</param>
internal sealed record GatewayRequest(string Method, ServerOffer Offer, string Shown, string Server, string Name, IDictionary<string, JsonElement>? Arguments);
