using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Http;

/// <summary>What the headers of a message must say of it.</summary>
/// <remarks>Source: MCP 2026-07-28, "Streamable HTTP", headers: they are what a proxy goes by, so they and the body must not differ. Before that revision there is only the version.</remarks>
internal static class HttpRules
{
    /// <summary>The header with the protocol's version.</summary>
    public const string Version = "MCP-Protocol-Version";

    private const string FirstWithHeaders = "2026-07-28";
    private const string VersionMember = "io.modelcontextprotocol/protocolVersion";
    private const string CapabilitiesMember = "io.modelcontextprotocol/clientCapabilities";
    private const int HeaderMismatch = -32020;
    private static readonly string[] s_versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", FirstWithHeaders];

    /// <summary>True: the request is of a revision that has no sessions.</summary>
    public static bool IsModern(HttpRequest request) => request.Headers[Version].ToString() == FirstWithHeaders;

    /// <summary>Why a message is not served; null: it is.</summary>
    public static HttpRefusal? Check(HttpRequest request, JsonRpcMessage message)
    {
        string version = request.Headers[Version].ToString();
        JsonObject? parameters = message switch
        {
            JsonRpcRequest asked => asked.Params as JsonObject,
            JsonRpcNotification told => told.Params as JsonObject,
            _ => null,
        };
        JsonObject? about = parameters?["_meta"] as JsonObject;
        string? inBody = Text(about, VersionMember);
        if (version.Length > 0 && !s_versions.Contains(version))
        {
            return new(StatusCodes.Status400BadRequest, (int)McpErrorCode.UnsupportedProtocolVersion, $"the version {version} is not known; there are {string.Join(", ", s_versions)}")
            {
                // As server/discover has it: those before are negotiated by initialize.
                Data = new JsonObject { ["supported"] = new JsonArray(FirstWithHeaders), ["requested"] = version },
            };
        }

        if (!IsModern(request))
        {
            return inBody is null ? null : Mismatch($"{Version} is '{version}', and the message says {inBody}");
        }

        (string? method, string? name) = message switch
        {
            JsonRpcRequest asked => (asked.Method, NameIn(asked.Method, parameters)),
            JsonRpcNotification told => (told.Method, null),
            _ => (null, null),
        };
        return message is JsonRpcRequest && inBody is null ? Missing(VersionMember)
            : message is JsonRpcRequest && about?[CapabilitiesMember] is not JsonObject ? Missing(CapabilitiesMember)
            : message is JsonRpcRequest && inBody != version ? Mismatch($"{Version} is {version}, and the message says {inBody}")
            : request.Headers["Mcp-Method"].ToString() != (method ?? "") ? Mismatch($"Mcp-Method is not {method}")
            : name is not null && Decoded(request.Headers["Mcp-Name"].ToString()) != name ? Mismatch("Mcp-Name is not what the message names")
            : null;
    }

    private static HttpRefusal Missing(string member) => new(StatusCodes.Status400BadRequest, (int)McpErrorCode.InvalidParams, $"_meta has no {member}");

    private static HttpRefusal Mismatch(string message) => new(StatusCodes.Status400BadRequest, HeaderMismatch, message);

    private static string? NameIn(string method, JsonNode? parameters) => method switch
    {
        RequestMethods.ToolsCall or RequestMethods.PromptsGet => Text(parameters, "name") ?? "",
        RequestMethods.ResourcesRead => Text(parameters, "uri") ?? "",
        _ => null,
    };

    private static string? Text(JsonNode? node, string name) => node is JsonObject json && json[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    // Values that a header cannot hold come as =?base64?...?=.
    private static string? Decoded(string value)
    {
        const string Start = "=?base64?";
        const string End = "?=";
        if (!value.StartsWith(Start, StringComparison.Ordinal) || !value.EndsWith(End, StringComparison.Ordinal) || value.Length < Start.Length + End.Length)
        {
            return value;
        }

        string encoded = value[Start.Length..^End.Length];
        byte[] bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
