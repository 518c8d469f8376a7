using System.Globalization;
using AgentSandbox.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentSandbox.Grpc.Server;

/// <summary>The end of an answer: the status and what goes with it.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Responses".</remarks>
internal static class ResponseTrailers
{
    /// <summary>Writes them as the only headers of an answer without messages: Trailers-Only.</summary>
    public static void WriteAsHeaders(HttpResponse response, Status status, Metadata? trailers)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcHeaders.ContentType;
        Write(response.Headers, status, trailers);
    }

    /// <summary>Writes them behind the messages.</summary>
    public static void WriteAsTrailers(HttpContext http, Status status, Metadata? trailers) =>
        Write(http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers, status, trailers);

    /// <summary>Adds metadata to headers or trailers.</summary>
    public static void Add(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (Metadata.Entry entry in metadata)
        {
            headers.Append(entry.Key, MetadataHeaders.Value(entry));
        }
    }

    private static void Write(IHeaderDictionary headers, Status status, Metadata? trailers)
    {
        headers[GrpcHeaders.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            headers[GrpcHeaders.Message] = StatusMessage.Encode(status.Detail);
        }

        if (trailers is not null)
        {
            Add(headers, trailers);
        }
    }
}
