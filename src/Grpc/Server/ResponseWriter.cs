using AgentSandbox.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentSandbox.Grpc.Server;

/// <summary>The answer of one call: headers, messages, status, in this order and one at a time.</summary>
/// <param name="http">The call.</param>
/// <param name="maxMessageBytes">A larger message is refused.</param>
internal sealed class ResponseWriter(HttpContext http, int maxMessageBytes) : IDisposable
{
    private const int ResetCancel = 8;      // RFC 9113, "Error Codes": CANCEL
    private const int ResetInternalError = 2;

    // What the client is given to take the rest of an answer once the deadline has passed.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1, 1); // held for good by the end
    private readonly FrameSerializationContext _frames = new(http.Response.BodyWriter, maxMessageBytes);
    private bool _headersGiven;
    private bool _gzip;
    private bool _hasLastTurn;
    private volatile bool _ended;

    /// <summary>Sends the headers now.</summary>
    public async Task WriteHeadersAsync(Metadata headers)
    {
        TakeTurn();
        try
        {
            if (_headersGiven)
            {
                throw new InvalidOperationException("the response headers are sent already");
            }

            GiveHeaders(headers);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes a message. With <paramref name="flush"/> it is done when the client has room for the next.</summary>
    public async Task WriteAsync<T>(
        T message, Action<T, SerializationContext> serializer, WriteFlags flags, bool flush, CancellationToken cancellationToken)
    {
        TakeTurn();
        try
        {
            GiveHeaders(null);
            Serialize(message, serializer, _gzip && !flags.HasFlag(WriteFlags.NoCompress));
            if (flush && !flags.HasFlag(WriteFlags.BufferHint))
            {
                await http.Response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
                http.RequestAborted.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the answer with a status. It may meet a write that waits for the client: the stream is then reset.</summary>
    /// <param name="status">The status.</param>
    /// <param name="trailers">What goes with it.</param>
    /// <param name="until">Cancelled when the client's time is over: it then has half a second to take the rest.</param>
    public async Task EndAsync(Status status, Metadata? trailers, CancellationToken until)
    {
        _ended = true;
        using CancellationTokenSource patience = new();
        using CancellationTokenRegistration _ = until.UnsafeRegister(
            static state => ((CancellationTokenSource)state!).CancelAfter(s_lastWords), patience);
        try
        {
            await _turn.WaitAsync(patience.Token).ConfigureAwait(false);
            _hasLastTurn = true;
            if (!_headersGiven && status.StatusCode != StatusCode.OK)
            {
                ResponseTrailers.WriteAsHeaders(http.Response, status, trailers);
            }
            else
            {
                GiveHeaders(null);
                ResponseTrailers.WriteAsTrailers(http, status, trailers);
            }

            await http.Response.CompleteAsync().WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Reset(ResetCancel);
        }
    }

    /// <summary>Takes no more, and waits for a write that is under way: of a call that was reset or whose client is gone, so it does not wait for a client.</summary>
    public async Task CloseAsync()
    {
        _ended = true;
        if (!_hasLastTurn)
        {
            await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            _hasLastTurn = true;
        }
    }

    public void Dispose() => _turn.Dispose();

    private void TakeTurn()
    {
        http.RequestAborted.ThrowIfCancellationRequested();
        if (_ended || !_turn.Wait(0, CancellationToken.None))
        {
            throw new InvalidOperationException(_ended ? "the call has ended" : "another write of this call is not done yet: one at a time");
        }
    }

    private void GiveHeaders(Metadata? headers)
    {
        if (_headersGiven)
        {
            return;
        }

        HttpResponse response = http.Response;
        response.ContentType = GrpcHeaders.ContentType;
        if (headers is not null)
        {
            ChooseEncoding(headers);
            foreach (Metadata.Entry entry in headers)
            {
                if (entry.Key != GrpcHeaders.EncodingRequest)
                {
                    response.Headers.Append(entry.Key, MetadataHeaders.Value(entry));
                }
            }
        }

        if (_gzip)
        {
            response.Headers[GrpcHeaders.Encoding] = MessageEncoding.Gzip;
        }

        _headersGiven = true;
    }

    private void ChooseEncoding(Metadata headers) =>
        _gzip = headers.GetValue(GrpcHeaders.EncodingRequest) == MessageEncoding.Gzip
            && MessageEncoding.Accepts(http.Request.Headers[GrpcHeaders.AcceptEncoding], MessageEncoding.Gzip);

    private void Serialize<T>(T message, Action<T, SerializationContext> serializer, bool compress)
    {
        try
        {
            _frames.Write(message, serializer, compress);
        }
        catch when (_frames.IsTorn)
        {
            Reset(ResetInternalError);
            throw;
        }
    }

    private void Reset(int errorCode) => http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
}
