using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentSandbox.Grpc.Server;

/// <summary>What a connection may take. Memory for the clients together is bounded by these figures, whatever they do.</summary>
public sealed record GrpcLimits
{
    /// <summary>Bytes of answers that the kernel holds for a connection: many frames go from one process to the other at once.</summary>
    internal const int DefaultSendBufferBytes = 512 * 1024;

    /// <summary>Connections at the same time; a further one is closed at once.</summary>
    public long MaxConnections { get; init; } = 512;

    /// <summary>Streams at the same time on one connection (SETTINGS_MAX_CONCURRENT_STREAMS); a further one is refused with REFUSED_STREAM.</summary>
    /// <remarks>Not below 100: clients take that for granted until they have read the settings (RFC 9113, "Defined Settings").</remarks>
    public int MaxStreamsPerConnection { get; init; } = 256;

    /// <summary>Bytes of all headers of a request.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>Bytes of one header with its name.</summary>
    public int MaxHeaderFieldBytes { get; init; } = 16 * 1024;

    /// <summary>Headers of a request.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Bytes that a client may send on a stream before they are read, at least 65,535.</summary>
    public int StreamWindowBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes that a client may send on all streams of a connection before they are read, at least 65,535.</summary>
    public int ConnectionWindowBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of answers on a stream that wait for the client; a write waits while there are more.</summary>
    public long ResponseBufferBytes { get; init; } = 64 * 1024;

    /// <summary>Time within which a new connection has sent its preface, and a request its headers.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that is silent for so long is asked for a sign of life (PING).</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection that does not answer a PING within this time is closed.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Puts the limits into the server.</summary>
    /// <remarks>
    /// There is no minimum rate for answers: a client may pause a stream as long as it likes, and costs <see cref="ResponseBufferBytes"/>. A client
    /// that is gone or stuck is found by PING. Requests keep Kestrel's minimum rate, except where the client streams.
    /// </remarks>
    internal void ApplyTo(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.AllowSynchronousIO = false;
        KestrelServerLimits limits = server.Limits;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxResponseBufferSize = ResponseBufferBytes;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.MinResponseDataRate = null;
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderFieldBytes;
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        limits.Http2.KeepAlivePingDelay = PingDelay;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;
    }
}
