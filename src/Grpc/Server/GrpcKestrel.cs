using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentSandbox.Grpc.Server;

/// <summary>Kestrel set up for gRPC.</summary>
public static class GrpcKestrel
{
    /// <summary>Bounds what clients may take of this server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="limits">The bounds; null: the defaults.</param>
    public static KestrelServerOptions UseGrpcLimits(this KestrelServerOptions server, GrpcLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        (limits ?? new()).ApplyTo(server);
        return server;
    }

    /// <summary>Serves gRPC on a Unix socket. Its mode and owner are the caller's business, as is an old socket in its place.</summary>
    /// <param name="server">The server.</param>
    /// <param name="path">The socket, an absolute path of at most 107 bytes.</param>
    public static KestrelServerOptions ListenGrpcSocket(this KestrelServerOptions server, string path)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.ListenUnixSocket(path, listen => listen.UseGrpc());
        return server;
    }

    /// <summary>Serves gRPC on this endpoint: HTTP/2 with prior knowledge, nothing else. <see cref="UseGrpcLimits"/> comes before it.</summary>
    /// <param name="listen">The endpoint.</param>
    /// <param name="sendBufferBytes">What the kernel holds of a Unix socket's answers before a write of them waits, in bytes; it holds up to twice that with its own data.</param>
    public static ListenOptions UseGrpc(this ListenOptions listen, int sendBufferBytes = GrpcLimits.DefaultSendBufferBytes)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.Protocols = HttpProtocols.Http2; // without TLS there is no negotiation: Http1AndHttp2 would speak HTTP/1.1 only
        TimeSpan timeout = listen.KestrelServerOptions.Limits.RequestHeadersTimeout;
        listen.Use(next => connection =>
        {
            if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
            {
                socket.SendBufferSize = sendBufferBytes;
            }

            return next(connection);
        });
        listen.Use(next => new PrefaceCheck(next, timeout).OnConnectionAsync);
        return listen;
    }
}
