namespace AgentSandbox.Tests.Grpc.Wire;

/// <summary>A stream that gives its bytes in the parts that it was made of, as a socket would.</summary>
internal sealed class PartsStream(IEnumerable<byte[]> parts) : Stream
{
    private readonly Queue<byte[]> _parts = new(parts.Where(part => part.Length > 0));
    private int _offset;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_parts.TryPeek(out byte[]? part))
        {
            return 0;
        }

        int length = Math.Min(buffer.Length, part.Length - _offset);
        part.AsSpan(_offset, length).CopyTo(buffer);
        _offset += length;
        if (_offset == part.Length)
        {
            _parts.Dequeue();
            _offset = 0;
        }

        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
