using AgentSandbox.Daemon.Commands;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>Sends a command's output to its caller. Once the caller is gone, the rest goes elsewhere.</summary>
/// <param name="responses">The caller's stream.</param>
/// <param name="gone">What to do when the caller is gone; gives the sink for the rest.</param>
/// <param name="cancellationToken">Cancelled when the call ends.</param>
internal sealed class StreamSink(IServerStreamWriter<ExecResponse> responses, Func<IOutputSink> gone, CancellationToken cancellationToken) : IOutputSink, IDisposable
{
    private const int MessageBytes = 64 * 1024; // below what clients allocate as large objects
    private static readonly WriteOptions s_more = new(WriteFlags.BufferHint);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IOutputSink? _rest;

    /// <summary>Output may come from now on: the caller knows that the command runs.</summary>
    public void Open() => _open.TrySetResult();

    public void Dispose() => _gate.Dispose();

    public async ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> chunk)
    {
        await _open.Task.ConfigureAwait(false);
        if (_rest is null)
        {
            await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                for (int at = 0; at < chunk.Length; at += MessageBytes)
                {
                    int count = Math.Min(MessageBytes, chunk.Length - at);
                    ByteString bytes = UnsafeByteOperations.UnsafeWrap(chunk.Slice(at, count)); // it is copied when the write returns
                    responses.WriteOptions = at + count < chunk.Length ? s_more : null;
                    await responses.WriteAsync(stream == OutputStream.Stdout ? new ExecResponse { Stdout = bytes } : new ExecResponse { Stderr = bytes }, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (Exception failure) when (EndedCall.Explains(failure))
            {
                _rest = gone();
            }
            finally
            {
                _gate.Release();
            }
        }

        await _rest.WriteAsync(stream, chunk).ConfigureAwait(false);
    }
}
