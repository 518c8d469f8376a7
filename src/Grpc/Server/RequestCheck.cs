using AgentSandbox.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AgentSandbox.Grpc.Server;

/// <summary>Whether a request is gRPC at all, before anything is done for it.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Requests" and "Content-Type"; STATUSCODES for UNIMPLEMENTED of an unknown compression.</remarks>
internal static class RequestCheck
{
    /// <summary>Checks a request, and answers it if it cannot be served.</summary>
    /// <param name="http">The request.</param>
    /// <param name="timeout">What is left of its time; null: no deadline.</param>
    public static bool TryAdmit(HttpContext http, out TimeSpan? timeout)
    {
        timeout = null;
        HttpRequest request = http.Request;
        if (!HttpProtocol.IsHttp2(request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status505HttpVersionNotsupported;
            return false;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = HttpMethods.Post;
            return false;
        }

        if (!GrpcHeaders.IsGrpcContentType(request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (request.Headers.TE != GrpcHeaders.Trailers)
        {
            return Refuse(http, StatusCode.Internal, "the header 'te: trailers' is missing: a proxy in between may not know trailers");
        }

        string? encoding = request.Headers[GrpcHeaders.Encoding];
        if (!MessageEncoding.IsKnown(encoding))
        {
            http.Response.Headers[GrpcHeaders.AcceptEncoding] = MessageEncoding.Accepted;
            return Refuse(
                http, StatusCode.Unimplemented, $"the message encoding '{encoding}' is not known here: use one of {MessageEncoding.Accepted}");
        }

        string? header = request.Headers[GrpcHeaders.Timeout];
        if (header is not null)
        {
            if (!TimeoutHeader.TryParse(header, out TimeSpan value))
            {
                return Refuse(http, StatusCode.Internal, $"the header {GrpcHeaders.Timeout} is no timeout: '{header}'");
            }

            timeout = value;
        }

        return true;
    }

    public static void RefuseUnimplemented(HttpContext http) =>
        Refuse(http, StatusCode.Unimplemented, $"no method {http.Request.Path} is served here");

    private static bool Refuse(HttpContext http, StatusCode code, string detail)
    {
        ResponseTrailers.WriteAsHeaders(http.Response, new(code, detail), null);
        return false;
    }
}
