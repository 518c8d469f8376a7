using System.Globalization;
using System.Net.Http.Headers;
using AgentSandbox.Grpc.Wire;
using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>How a call ended.</summary>
/// <param name="Status">The status.</param>
/// <param name="Trailers">What went with it.</param>
/// <remarks>Source: PROTOCOL-HTTP2, "Responses"; "HTTP to gRPC Status Code Mapping".</remarks>
internal sealed record Outcome(Status Status, Metadata Trailers)
{
    /// <summary>The outcome that an answer without messages has in its headers; null if messages may follow.</summary>
    public static Outcome? OfHeaders(HttpResponseMessage response)
    {
        if (Value(response.Headers, GrpcHeaders.Status) is not null)
        {
            return Read(response.Headers);
        }

        int status = (int)response.StatusCode;
        string? contentType = Value(response.Content.Headers, "content-type");
        if (status != 200)
        {
            return Refused(HttpStatus(status), $"the server answered with HTTP status {status}");
        }

        if (!GrpcHeaders.IsGrpcContentType(contentType))
        {
            return Refused(StatusCode.Unknown, $"the server answered with content-type '{contentType}', which is no gRPC");
        }

        string? encoding = EncodingOf(response);
        return MessageEncoding.IsKnown(encoding)
            ? null
            : Refused(StatusCode.Internal, $"the server answered in the message encoding '{encoding}', which nobody offered");
    }

    /// <summary>The outcome behind the last message.</summary>
    public static Outcome OfTrailers(HttpResponseMessage response) => Read(response.TrailingHeaders);

    /// <summary>The encoding of the answer's messages.</summary>
    public static string? EncodingOf(HttpResponseMessage response) => Value(response.Headers, GrpcHeaders.Encoding);

    public static Metadata ReadMetadata(HttpHeaders headers)
    {
        Metadata metadata = [];
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            foreach (string value in values)
            {
                MetadataHeaders.Add(metadata, name, value);
            }
        }

        return metadata;
    }

    public RpcException ToException() => new(Status, Trailers);

    private static Outcome Read(HttpHeaders headers)
    {
        if (!int.TryParse(Value(headers, GrpcHeaders.Status), NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            return Refused(StatusCode.Unknown, $"the answer ends without a {GrpcHeaders.Status}");
        }

        string detail = StatusMessage.Decode(Value(headers, GrpcHeaders.Message) ?? "");
        StatusCode known = code <= (int)StatusCode.Unauthenticated ? (StatusCode)code : StatusCode.Unknown;
        return new(new Status(known, detail), ReadMetadata(headers));
    }

    private static Outcome Refused(StatusCode code, string detail) => new(new Status(code, detail), Metadata.Empty);

    private static StatusCode HttpStatus(int status) => status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static string? Value(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
}
