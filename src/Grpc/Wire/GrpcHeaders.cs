using System.Collections.Frozen;

namespace AgentSandbox.Grpc.Wire;

/// <summary>The headers that belong to the protocol. Source: PROTOCOL-HTTP2, "Requests" and "Responses".</summary>
internal static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string StatusDetails = "grpc-status-details-bin";
    public const string Te = "te";
    public const string Trailers = "trailers";

    /// <summary>A response header by which a method asks for compression; it does not go out (as in Grpc.Core).</summary>
    public const string EncodingRequest = "grpc-internal-encoding-request";

    private static readonly FrozenSet<string> s_reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        Timeout, Encoding, AcceptEncoding, Status, Message, EncodingRequest, "grpc-message-type", Te, "trailer", "content-type", "content-length",
        "transfer-encoding", "connection", "keep-alive", "proxy-connection", "upgrade", "host", "user-agent", "date", "server");

    /// <summary>True if the header is HTTP's or the protocol's own: it is no metadata.</summary>
    public static bool IsReserved(string name) => name.StartsWith(':') || s_reserved.Contains(name);

    /// <summary>True for <c>application/grpc</c>, alone or with <c>+proto</c>; other message formats are not served.</summary>
    /// <remarks>Source: PROTOCOL-HTTP2, "Content-Type".</remarks>
    public static bool IsGrpcContentType(ReadOnlySpan<char> value)
    {
        if (!value.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = value[ContentType.Length..];
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest["+proto".Length..];
        }

        rest = rest.TrimStart(' ');
        return rest.IsEmpty || rest[0] == ';';
    }
}
