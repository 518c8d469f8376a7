using System.Net;
using System.Runtime.CompilerServices;
using AgentSandbox.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AgentSandbox.Grpc.Server;

/// <summary>One call on the server: the context that its method is given.</summary>
internal sealed class ServerCall : ServerCallContext, IDisposable
{
    // CancelAfter takes no more than that (0xFFFFFFFE ms, 49 days); a later deadline is kept in name only.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly IMethod _method;
    private readonly SemaphoreSlim _readTurn = new(1, 1); // held for good once the call is over
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _either;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private Dictionary<object, object>? _userState;
    private volatile bool _isOver;

    /// <summary>Starts the clock.</summary>
    /// <param name="http">The request.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">What holds for its calls.</param>
    /// <param name="timeout">What the client left of its time; null: no deadline.</param>
    public ServerCall(HttpContext http, IMethod method, GrpcServerOptions options, TimeSpan? timeout)
    {
        Http = http;
        _method = method;
        Requests = new(http.Request.BodyReader, options.MaxReceiveMessageBytes, http.Request.Headers[GrpcHeaders.Encoding], options.ReceiveBudget);
        Response = new(http, options.MaxSendMessageBytes);
        DeadlineCore = DateTime.MaxValue;
        CancellationTokenCore = http.RequestAborted;
        DateTime now = DateTime.UtcNow;
        if (timeout is TimeSpan left && left < DateTime.MaxValue - now)
        {
            DeadlineCore = now + left;
            if (left <= s_longestTimer)
            {
                _timer = new(left);
                _either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _timer.Token);
                CancellationTokenCore = _either.Token;
            }
        }
    }

    /// <summary>The request and its answer.</summary>
    public HttpContext Http { get; }

    /// <summary>The messages of the client.</summary>
    public MessageReader Requests { get; }

    /// <summary>The answer.</summary>
    public ResponseWriter Response { get; }

    /// <summary>True once the deadline has passed.</summary>
    public bool IsLate => _timer is { IsCancellationRequested: true };

    /// <summary>Cancelled when the deadline passes, and only then.</summary>
    public CancellationToken DeadlineToken => _timer?.Token ?? CancellationToken.None;

    /// <summary>True once the client has reset the stream or is gone: nobody is there for an answer.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>The trailers that the method filled; null if it did not ask for them.</summary>
    public Metadata? GivenTrailers => _responseTrailers;

    protected override string MethodCore => _method.FullName;

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore => Http.Connection.RemoteIpAddress switch
    {
        null => "unix:",
        { IsIPv4MappedToIPv6: true } mapped => $"ipv4:{mapped.MapToIPv4()}:{Http.Connection.RemotePort}",
        { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } v4 => $"ipv4:{v4}:{Http.Connection.RemotePort}",
        IPAddress v6 => $"ipv6:[{v6}]:{Http.Connection.RemotePort}",
    };

    protected override DateTime DeadlineCore { get; }

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Reads the next request; null at their end.</summary>
    /// <exception cref="InvalidOperationException">The call is over, or another read of it is not.</exception>
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        if (_isOver || !_readTurn.Wait(0, CancellationToken.None))
        {
            throw new InvalidOperationException(_isOver ? "the call has ended" : "another read of this call is not done yet: one at a time");
        }

        try
        {
            return await Requests.ReadAsync(marshaller.ContextualDeserializer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Abandoned(e);
        }
        finally
        {
            _readTurn.Release();
        }
    }

    /// <summary>Reads the only request.</summary>
    public async ValueTask<T> ReadSingleAsync<T>(Marshaller<T> marshaller)
        where T : class
    {
        try
        {
            return await Requests.ReadSingleAsync(marshaller.ContextualDeserializer, CancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Abandoned(e);
        }
    }

    /// <summary>Writes the only answer, which goes out with the status.</summary>
    public Task WriteSingleAsync<T>(T? message, Marshaller<T> marshaller, [CallerArgumentExpression(nameof(message))] string what = "")
        where T : class
    {
        if (Status.StatusCode != StatusCode.OK)
        {
            return Task.CompletedTask;
        }

        return message is null
            ? throw new InvalidOperationException($"{_method.FullName} returned no answer: {what} is null")
            : Response.WriteAsync(message, marshaller.ContextualSerializer, WriteOptions?.Flags ?? default, flush: false, CancellationToken);
    }

    /// <summary>Ends what a method left under way, and waits for it: the request's objects serve another request next.</summary>
    public async Task CloseAsync()
    {
        _isOver = true;
        if (!_readTurn.Wait(0, CancellationToken.None))
        {
            Requests.CancelPendingRead();
            await _readTurn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await Response.CloseAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _readTurn.Dispose();
        Requests.Dispose();
        Response.Dispose();
        _either?.Dispose();
        _timer?.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        return Response.WriteHeadersAsync(responseHeaders);
    }

    // Kestrel says so with an IOException, which a method could not tell from one of its own files.
    private OperationCanceledException Abandoned(IOException cause)
    {
        IsAbandoned = true;
        return new("the client reset the call or is gone", cause);
    }

    private Metadata ReadHeaders()
    {
        Metadata headers = [];
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in Http.Request.Headers)
        {
            foreach (string? value in values)
            {
                MetadataHeaders.Add(headers, name, value);
            }
        }

        return headers;
    }
}
