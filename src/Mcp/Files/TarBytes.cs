using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Mcp.Files;

/// <summary>The chunks of a download as a stream that can be read once.</summary>
/// <param name="call">The download; it is disposed with the stream.</param>
/// <param name="cancelled">Ends it.</param>
internal sealed class TarBytes(AsyncServerStreamingCall<FileChunk> call, CancellationToken cancelled) : Stream
{
    private ReadOnlyMemory<byte> _rest;

    /// <summary>How many bytes were read.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.Length == 0)
        {
            if (!await call.ResponseStream.MoveNext(cancelled).ConfigureAwait(false))
            {
                return 0;
            }

            _rest = call.ResponseStream.Current.Data.Memory;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        Count += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        call.Dispose();
        base.Dispose(disposing);
    }
}
