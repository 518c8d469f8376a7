using System.Buffers;
using Grpc.Core;

namespace AgentSandbox.Grpc.Wire;

/// <summary>
/// Frames messages into a buffer. A message that announces its size is written to its place without a copy; others are gathered first. One object
/// serves all messages of a stream.
/// </summary>
/// <param name="target">Where frames go.</param>
/// <param name="maxBytes">A larger message is refused before anything of it is in the target.</param>
internal sealed class FrameSerializationContext(IBufferWriter<byte> target, int maxBytes) : SerializationContext, IBufferWriter<byte>
{
    private readonly IBufferWriter<byte> _target = target;
    private PooledBuffer? _gathered;
    private bool _compress;
    private int? _announced;
    private int _written;
    private bool _framed;
    private bool _complete;

    /// <summary>True while the target holds a part of a message: after a failure the stream cannot go on.</summary>
    public bool IsTorn => _framed && !_complete;

    /// <summary>Writes one message.</summary>
    /// <exception cref="ResourceExhaustedException">It is above the cap.</exception>
    /// <exception cref="InvalidOperationException">The serializer did not keep to its announced size, or did not end.</exception>
    public void Write<T>(T message, Action<T, SerializationContext> serializer, bool compress)
    {
        (_compress, _announced, _written, _framed, _complete) = (compress, null, 0, false, false);
        try
        {
            serializer(message, this);
            if (!_complete)
            {
                throw new InvalidOperationException("the serializer returned without Complete");
            }
        }
        finally
        {
            _gathered?.Dispose();
            _gathered = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        Check(payloadLength);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_announced is int length && !_compress)
        {
            if (!_framed)
            {
                _framed = true;
                new MessageFrame(Compressed: false, (uint)length).Write(_target);
            }

            return this;
        }

        return _gathered ??= new(_announced ?? 256);
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CheckNotComplete();
        Emit(payload);
    }

    public override void Complete()
    {
        CheckNotComplete();
        if (!_framed)
        {
            Emit(_gathered is null ? default : _gathered.Written);
            return;
        }

        if (_written != _announced)
        {
            throw new InvalidOperationException(
                $"the serializer announced {_announced} bytes and wrote {_written}: was the message changed meanwhile?");
        }

        _complete = true;
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        _written += count;
        _target.Advance(count);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _target.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _target.GetSpan(sizeHint);

    private void Emit(ReadOnlyMemory<byte> payload)
    {
        Check(payload.Length);
        if (_compress)
        {
            using PooledBuffer packed = new(payload.Length);
            MessageEncoding.Compress(payload, packed);
            Emit(packed.Written.Span, compressed: true);
        }
        else
        {
            Emit(payload.Span, compressed: false);
        }
    }

    private void Emit(ReadOnlySpan<byte> payload, bool compressed)
    {
        new MessageFrame(compressed, (uint)payload.Length).Write(_target);
        _target.Write(payload);
        _framed = _complete = true;
    }

    private void Check(long length)
    {
        if (length > maxBytes)
        {
            throw ResourceExhaustedException.TooLarge("a message to send", length, maxBytes);
        }
    }

    private void CheckNotComplete()
    {
        if (_complete)
        {
            throw new InvalidOperationException("the message is complete already");
        }
    }
}
