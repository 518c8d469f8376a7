using System.Net;
using AgentSandbox.Grpc.Wire;

namespace AgentSandbox.Grpc.Client;

/// <summary>The body of a call that streams requests: it lends its stream to a writer until that is done.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamingContent() => Headers.TryAddWithoutValidation("content-type", GrpcHeaders.ContentType);

    /// <summary>The stream, once the request's headers are sent.</summary>
    public Task<Stream> StreamAsync => _stream.Task;

    /// <summary>Ends the body.</summary>
    public void Complete() => _complete.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_stream.Task.IsCompleted)
        {
            throw new IOException("the connection was lost while the call started: it can be made again");
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false); // the server shall see the call before its first message
        _stream.TrySetResult(stream);
        await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
