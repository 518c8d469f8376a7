using System.Net;
using AgentSandbox.Grpc.Wire;
using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>The headers of a request.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Requests".</remarks>
internal static class RequestHead
{
    private static readonly string s_userAgent = $"agentsandbox-grpc ({Environment.OSVersion.Platform}; .NET {Environment.Version})";

    /// <summary>Makes a request without its content.</summary>
    /// <param name="path">The method's full name.</param>
    /// <param name="host">The authority; null: localhost.</param>
    /// <param name="headers">The caller's metadata.</param>
    /// <param name="compressed">True: messages may be gzip.</param>
    /// <param name="timeout">What is left of the call's time.</param>
    /// <exception cref="ArgumentException">A key of the metadata belongs to the protocol.</exception>
    public static HttpRequestMessage Make(string path, string? host, Metadata? headers, bool compressed, TimeSpan? timeout)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{host ?? "localhost"}{path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation(GrpcHeaders.Te, GrpcHeaders.Trailers);
        request.Headers.TryAddWithoutValidation("user-agent", s_userAgent);
        request.Headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, MessageEncoding.Accepted);
        if (compressed)
        {
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Encoding, MessageEncoding.Gzip);
        }

        if (timeout is TimeSpan left)
        {
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, TimeoutHeader.Format(left));
        }

        foreach (Metadata.Entry entry in headers ?? Metadata.Empty)
        {
            request.Headers.TryAddWithoutValidation(entry.Key, MetadataHeaders.Value(entry));
        }

        return request;
    }
}
