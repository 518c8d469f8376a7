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

        if (headers is not null)
        {
            Add(request, headers);
        }

        return request;
    }

    // HttpClient puts values of one key into one line, with ", ": base64 gets its own comma, as not every server expects the space.
    private static void Add(HttpRequestMessage request, Metadata headers)
    {
        foreach (IGrouping<string, Metadata.Entry> key in headers.GroupBy(entry => entry.Key, StringComparer.Ordinal))
        {
            IEnumerable<string> values = key.Select(MetadataHeaders.Value);
            if (key.Key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
            {
                request.Headers.TryAddWithoutValidation(key.Key, string.Join(',', values));
            }
            else
            {
                request.Headers.TryAddWithoutValidation(key.Key, values);
            }
        }
    }
}
