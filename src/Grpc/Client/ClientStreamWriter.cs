using AgentSandbox.Grpc.Wire;
using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>The requests of a client that streams.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, StreamingContent content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;
    private bool _complete;

    public WriteOptions? WriteOptions { get; set; } = call.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("another write of this call is not done yet: one at a time");
        }

        try
        {
            if (_complete)
            {
                throw new InvalidOperationException("the stream of requests was completed");
            }

            using PooledBuffer frame = new();
            Frame(message, frame);
            using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
                static call => ((ClientCall<TRequest, TResponse>)call!).Cancel("the write was cancelled"), call);
            await SendAsync(frame.Written).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        _complete = true;
        content.Complete();
        return Task.CompletedTask;
    }

    private void Frame(TRequest message, PooledBuffer frame)
    {
        try
        {
            call.Frame(message, frame, WriteOptions?.Flags ?? default);
        }
        catch (Exception e)
        {
            throw call.Fail(e).ToException();
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            Stream stream = await content.StreamAsync.WaitAsync(call.Token).ConfigureAwait(false);
            await stream.WriteAsync(frame, call.Token).ConfigureAwait(false);
            if (WriteOptions is null || !WriteOptions.Flags.HasFlag(WriteFlags.BufferHint))
            {
                await stream.FlushAsync(call.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            throw await call.WriteFailedAsync(e).ConfigureAwait(false);
        }
    }
}
