namespace Grpc.Core;

/// <summary>One call, as the method that serves it sees it.</summary>
public abstract class ServerCallContext
{
    /// <summary>The HTTP path: <c>/package.Service/Method</c>.</summary>
    public string Method => MethodCore;

    /// <summary>The authority that the client asked for.</summary>
    public string Host => HostCore;

    /// <summary>The other end: <c>unix:</c>, <c>ipv4:127.0.0.1:40000</c>.</summary>
    public string Peer => PeerCore;

    /// <summary>When the call must have ended, in UTC; <see cref="DateTime.MaxValue"/>: never.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>What the client sent before its first message.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Cancelled when the client went away or the deadline passed.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>What goes with the status; fill it before the method returns.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>The status of a call that does not throw.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>How answers are written.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>A place for whoever stands between the transport and the method.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>What <see cref="Method"/> gives.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>What <see cref="Host"/> gives.</summary>
    protected abstract string HostCore { get; }

    /// <summary>What <see cref="Peer"/> gives.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>What <see cref="Deadline"/> gives.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>What <see cref="RequestHeaders"/> gives.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>What <see cref="CancellationToken"/> gives.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>What <see cref="ResponseTrailers"/> gives.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>What <see cref="Status"/> gives.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>What <see cref="WriteOptions"/> gives.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>What <see cref="UserState"/> gives.</summary>
    protected virtual IDictionary<object, object> UserStateCore => throw new NotSupportedException();

    /// <summary>Sends the headers now rather than with the first answer. Once, and before any answer.</summary>
    /// <param name="responseHeaders">The headers.</param>
    /// <exception cref="InvalidOperationException">They are sent already.</exception>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>What <see cref="WriteResponseHeadersAsync"/> does.</summary>
    /// <param name="responseHeaders">The headers.</param>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);
}
