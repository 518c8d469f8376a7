using Microsoft.AspNetCore.Http;
using ModelContextProtocol;

namespace AgentSandbox.Mcp.Http;

/// <summary>What is asked of every request before its body is read.</summary>
/// <remarks>Source: MCP 2026-07-28, "Streamable HTTP": Origin and Host keep a web page from reaching a server of this machine by a name that it points here.</remarks>
internal static class HttpGate
{
    /// <summary>The header with the id of a session.</summary>
    public const string SessionHeader = "Mcp-Session-Id";

    private const int InvalidRequest = (int)McpErrorCode.InvalidRequest;
    private const string Bearer = "Bearer ";

    /// <summary>Why the request is not served; null: it is.</summary>
    public static HttpRefusal? Check(HttpRequest request)
    {
        string[] accepted = [.. request.Headers.Accept.SelectMany(value => (value ?? "").Split(',')).Select(value => value.Split(';')[0].Trim())];
        return !IsOurs(request.Host.Host) ? new(StatusCodes.Status403Forbidden, InvalidRequest, "the Host is not this machine's")
            : request.Headers.Origin.Any(origin => !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && IsOurs(from.Host))) ? new(StatusCodes.Status403Forbidden, InvalidRequest, "the Origin is not this machine's")
            : KeyOf(request) is null ? new(StatusCodes.Status401Unauthorized, InvalidRequest, "an API key is needed: 'Authorization: Bearer ask_...', as 'sandboxctl key create' gives it")
            : HttpMethods.IsDelete(request.Method) && request.Headers[SessionHeader].ToString().Length > 0 && !HttpRules.IsModern(request) ? null
            : !HttpMethods.IsPost(request.Method) ? new(StatusCodes.Status405MethodNotAllowed, InvalidRequest, "messages are sent with POST; only a session is ended, with DELETE")
            : request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true
                ? new(StatusCodes.Status415UnsupportedMediaType, InvalidRequest, "messages are application/json")
            : !Accepts(accepted, "application/json") || !Accepts(accepted, "text/event-stream")
                ? new(StatusCodes.Status406NotAcceptable, InvalidRequest, "a client accepts application/json and text/event-stream")
            : null;
    }

    /// <summary>The API key of a request; null: there is none, or more than one.</summary>
    public static string? KeyOf(HttpRequest request) =>
        request.Headers.Authorization is [string value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && value[Bearer.Length..].Trim() is { Length: > 0 } key ? key : null;

    private static bool IsOurs(string host) => host is "localhost" or "127.0.0.1" or "[::1]" or "::1";

    private static bool Accepts(string[] accepted, string type) => accepted.Any(one => one == "*/*" || one == type || one == $"{type.Split('/')[0]}/*");
}
