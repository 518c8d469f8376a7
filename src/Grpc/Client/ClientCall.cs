using System.IO.Pipelines;
using AgentSandbox.Grpc.Wire;
using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>One call on the client: sends, reads, and knows how it ended. The first outcome stays.</summary>
internal sealed class ClientCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    // CancelAfter takes no more than that (49 days); a later deadline is the server's to keep.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private static readonly StreamPipeReaderOptions s_pipeOptions = new(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024);

    private static readonly Status s_late = new(StatusCode.DeadlineExceeded, "the deadline of the call has passed");

    private readonly HttpMessageInvoker _http;
    private readonly UnixChannelOptions _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly CancellationToken _shutdown;
    private readonly CancellationTokenSource _end;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _opened = Task.CompletedTask;
    private HttpResponseMessage? _response;
    private PipeReader? _pipe;
    private MessageReader? _reader;
    private Outcome? _outcome;

    /// <summary>Prepares a call.</summary>
    /// <param name="http">What sends.</param>
    /// <param name="channel">What holds for all calls of the channel.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">What the caller says of it.</param>
    /// <param name="shutdown">Cancelled when the channel ends.</param>
    public ClientCall(
        HttpMessageInvoker http, UnixChannelOptions channel, Method<TRequest, TResponse> method, CallOptions options, CancellationToken shutdown)
    {
        (_http, _channel, _shutdown, _method, _options) = (http, channel, shutdown, method, options);
        _end = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, shutdown);
        Token = _end.Token;
    }

    /// <summary>The server's headers.</summary>
    public Task<Metadata> HeadersAsync => _headers.Task;

    /// <summary>Cancelled when the call has ended, however.</summary>
    public CancellationToken Token { get; }

    /// <summary>How requests are written unless their stream says otherwise.</summary>
    public WriteOptions? WriteOptions => _options.WriteOptions;

    /// <summary>Sends the only request.</summary>
    public void Start(TRequest request, string? host) => _opened = OpenAsync(new UnaryContent(stream => SendOnlyAsync(request, stream)), host);

    /// <summary>Opens the stream of requests.</summary>
    public ClientStreamWriter<TRequest, TResponse> StartStream(string? host)
    {
        StreamingContent content = new();
        ClientStreamWriter<TRequest, TResponse> writer = new(this, content);
        _opened = OpenAsync(content, host);
        return writer;
    }

    /// <summary>Frames a request.</summary>
    public void Frame(TRequest request, PooledBuffer target, WriteFlags flags) =>
        new FrameSerializationContext(target, _channel.MaxSendMessageBytes).Write(
            request, _method.RequestMarshaller.ContextualSerializer, _channel.CompressRequests && !flags.HasFlag(WriteFlags.NoCompress));

    /// <summary>Reads the only answer, and the status.</summary>
    /// <exception cref="RpcException">The call ended otherwise than with OK.</exception>
    public async Task<TResponse> ReadSingleAsync()
    {
        if (await ReadAsync(CancellationToken.None).ConfigureAwait(false) is not TResponse response)
        {
            throw NotOneMessage("no message");
        }

        return await ReadAsync(CancellationToken.None).ConfigureAwait(false) is null ? response : throw NotOneMessage("more than one message");
    }

    /// <summary>Reads the next answer; null if the call ended with OK.</summary>
    /// <exception cref="RpcException">It ended otherwise.</exception>
    public async Task<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static call => ((ClientCall<TRequest, TResponse>)call!).Cancel("the read was cancelled"), this);
        await _opened.ConfigureAwait(false);
        if (_outcome is null)
        {
            try
            {
                if (await _reader!.ReadAsync(_method.ResponseMarshaller.ContextualDeserializer, Token).ConfigureAwait(false) is TResponse message)
                {
                    return message;
                }

                Finish(Outcome.OfTrailers(_response!));
            }
            catch (Exception e)
            {
                Fail(e);
            }

            _reader!.Dispose();
            await _pipe!.CompleteAsync().ConfigureAwait(false);
        }

        Outcome outcome = Ended();
        return outcome.Status.StatusCode == StatusCode.OK ? null : throw outcome.ToException();
    }

    /// <summary>What a failed write becomes. While answers can still be read, the call's status is among them and not decided here.</summary>
    public async Task<RpcException> WriteFailedAsync(Exception cause)
    {
        await _opened.ConfigureAwait(false);
        return (_outcome ?? new(ClientErrors.ToStatus(cause), Metadata.Empty)).ToException();
    }

    /// <summary>Ends the call with the status that an exception stands for.</summary>
    public Outcome Fail(Exception e) => Finish(new(Token.IsCancellationRequested ? EndedHere() : ClientErrors.ToStatus(e), Metadata.Empty));

    public Status GetStatus() => Ended().Status;

    public Metadata GetTrailers() => Ended().Trailers;

    /// <summary>Cancels the call if it runs.</summary>
    public void Dispose() => Cancel("the call was disposed of");

    /// <summary>Cancels the call if it runs.</summary>
    public void Cancel(string why) => Finish(new(new Status(StatusCode.Cancelled, why), Metadata.Empty));

    private async Task OpenAsync(HttpContent content, string? host)
    {
        try
        {
            using HttpRequestMessage request = RequestHead.Make(_method.FullName, host, _options.Headers, _channel.CompressRequests, StartClock());
            request.Content = content;
            _response = await _http.SendAsync(request, Token).ConfigureAwait(false);
            Token.UnsafeRegister(static response => ((HttpResponseMessage)response!).Dispose(), _response);
            if (Outcome.OfHeaders(_response) is Outcome early)
            {
                _headers.TrySetResult([]);
                Finish(early);
                return;
            }

            _pipe = PipeReader.Create(await _response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false), s_pipeOptions);
            _reader = new(_pipe, _channel.MaxReceiveMessageBytes, Outcome.EncodingOf(_response));
            _headers.TrySetResult(Outcome.ReadMetadata(_response.Headers));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    // HTTP may ask for it again on another connection, if the server did not take the first.
    private async Task SendOnlyAsync(TRequest request, Stream stream)
    {
        using PooledBuffer frame = new();
        try
        {
            Frame(request, frame, _options.WriteOptions?.Flags ?? default);
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }

        await stream.WriteAsync(frame.Written, Token).ConfigureAwait(false);
    }

    private TimeSpan? StartClock()
    {
        Token.ThrowIfCancellationRequested();
        if (_options.Deadline is not DateTime deadline || deadline == DateTime.MaxValue)
        {
            return null;
        }

        TimeSpan left = deadline.ToUniversalTime() - DateTime.UtcNow;
        if (left <= TimeSpan.Zero)
        {
            Finish(new(s_late, Metadata.Empty));
            Token.ThrowIfCancellationRequested();
        }

        if (left <= s_longestTimer)
        {
            _end.CancelAfter(left);
        }

        return left;
    }

    // Why the token is cancelled while there is no outcome yet: three things can do that.
    private Status EndedHere() =>
        _options.CancellationToken.IsCancellationRequested ? new(StatusCode.Cancelled, "the call was cancelled by its caller")
        : _shutdown.IsCancellationRequested ? new(StatusCode.Cancelled, "the channel was shut down")
        : s_late;

    private RpcException NotOneMessage(string what)
    {
        Status status = new(StatusCode.Internal, $"the server answered {_method.FullName} with {what}");
        Outcome outcome = Finish(new(status, Metadata.Empty));
        return outcome.Status.StatusCode == StatusCode.OK ? new(status) : outcome.ToException(); // an OK that came first stays the call's status
    }

    private Outcome Finish(Outcome outcome)
    {
        lock (_gate)
        {
            if (_outcome is not null)
            {
                return _outcome;
            }

            // A server that resets a late call says CANCEL, which is not the reason.
            bool late = outcome.Status.StatusCode == StatusCode.Cancelled && _options.Deadline is DateTime deadline
                && DateTime.UtcNow >= deadline.ToUniversalTime() && !_options.CancellationToken.IsCancellationRequested;
            _outcome = outcome = late ? new(s_late, outcome.Trailers) : outcome;
        }

        if (_headers.TrySetException(outcome.ToException()))
        {
            _headers.Task.Exception!.Handle(static _ => true); // observed: not every caller asks for the headers
        }

        _end.Cancel(); // whatever is left of the stream is reset
        _end.Dispose();
        return outcome;
    }

    private Outcome Ended() => _outcome ?? throw new InvalidOperationException("the call has not ended");
}
