using System.Net.Sockets;
using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>
/// The way to a gRPC server on a Unix socket. It connects when a call needs it, and again after a loss. One serves a whole program.
/// </summary>
public sealed class UnixChannel : ChannelBase, IDisposable
{
    private const int StreamWindowBytes = 1024 * 1024; // it grows by itself, but begins with 64 KiB otherwise

    private readonly string _path;
    private readonly CancellationTokenSource _shutdown = new();
    private readonly HttpMessageInvoker _http;
    private readonly UnixChannelOptions _options;

    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="options">What holds for its calls; null: the defaults.</param>
    public UnixChannel(string path, UnixChannelOptions? options = null)
        : base($"unix:{path}")
    {
        _path = path;
        _options = options ?? new();
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _options.ConnectTimeout,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            EnableMultipleHttp2Connections = _options.SeveralConnections,
            KeepAlivePingDelay = _options.PingDelay,
            KeepAlivePingTimeout = _options.PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
        });
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => new HttpCallInvoker(_http, _options, _shutdown.Token);

    /// <summary>Ends the connections; running calls are cancelled.</summary>
    public void Dispose()
    {
        if (!_shutdown.IsCancellationRequested)
        {
            _shutdown.Cancel();
            _http.Dispose();
            _shutdown.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"cannot connect to unix:{_path}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
