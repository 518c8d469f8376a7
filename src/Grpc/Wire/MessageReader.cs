using System.Buffers;
using System.IO.Pipelines;
using AgentSandbox.Grpc.Server;
using Grpc.Core;

namespace AgentSandbox.Grpc.Wire;

/// <summary>Reads the messages of one direction of a stream, however the bytes are cut.</summary>
/// <param name="pipe">The bytes. What is not read here is not acknowledged to the other side: that is the back pressure.</param>
/// <param name="maxBytes">A larger message is refused when its prefix is seen.</param>
/// <param name="encoding">The stream's <c>grpc-encoding</c>, a known one.</param>
/// <param name="budget">Room for messages that come in parts; null: no bound but the cap.</param>
internal sealed class MessageReader(PipeReader pipe, int maxBytes, string? encoding, ReceiveBudget? budget = null) : IDisposable
{
    private readonly FrameDeserializationContext _context = new();
    private long _taken;

    /// <summary>Reads the next message; null at the end of the stream.</summary>
    /// <exception cref="ResourceExhaustedException">It is above the cap, or there is no room for it.</exception>
    /// <exception cref="ProtocolViolationException">The bytes are no gRPC, or the stream ends within a message.</exception>
    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            ReadResult result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            SequencePosition consumed = buffer.Start;
            SequencePosition examined = buffer.End;
            try
            {
                if (MessageFrame.TryRead(buffer, out MessageFrame frame))
                {
                    CheckLength(frame);
                    if (buffer.Length - MessageFrame.Size >= frame.Length)
                    {
                        ReadOnlySequence<byte> payload = buffer.Slice(MessageFrame.Size, frame.Length);
                        consumed = examined = payload.End;
                        ReturnRoom();
                        return frame.Compressed ? Unpack(payload, deserializer) : _context.Read(payload, deserializer);
                    }

                    TakeRoom(frame);
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw new ProtocolViolationException("the stream ends within a message");
                }

                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("the read was cancelled");
                }
            }
            finally
            {
                pipe.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>Reads the one message of a stream that has exactly one.</summary>
    /// <exception cref="ResourceExhaustedException">It is above the cap.</exception>
    /// <exception cref="ProtocolViolationException">There is none, or more than one, or the bytes are no gRPC.</exception>
    public async ValueTask<T> ReadSingleAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        T message = await ReadAsync(deserializer, cancellationToken).ConfigureAwait(false)
            ?? throw new ProtocolViolationException("the stream ends without a message");
        return await ReadAsync(deserializer, cancellationToken).ConfigureAwait(false) is null
            ? message
            : throw new ProtocolViolationException("the stream has more than the one message of this method");
    }

    /// <summary>Ends a read that is under way: it is cancelled.</summary>
    public void CancelPendingRead() => pipe.CancelPendingRead();

    /// <summary>Gives back the room of a message that did not come to its end.</summary>
    public void Dispose() => ReturnRoom();

    private void TakeRoom(MessageFrame frame)
    {
        if (budget is null || _taken > 0 || frame.Length <= ReceiveBudget.FreeBytes)
        {
            return;
        }

        _taken = budget.TryTake(frame.Length)
            ? frame.Length
            : throw new ResourceExhaustedException(
                $"too many large requests are on their way to this server: there is no room for {frame.Length} bytes");
    }

    private void ReturnRoom()
    {
        budget?.Return(_taken);
        _taken = 0;
    }

    private void CheckLength(MessageFrame frame)
    {
        if (frame.Length > (uint)maxBytes)
        {
            throw ResourceExhaustedException.TooLarge("a received message", frame.Length, maxBytes);
        }

        if (frame.Compressed && encoding is not MessageEncoding.Gzip)
        {
            throw new ProtocolViolationException($"a message is marked as compressed and {GrpcHeaders.Encoding} names no compression");
        }
    }

    private T Unpack<T>(ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer)
    {
        using PooledBuffer unpacked = new((int)Math.Min(payload.Length * 2, maxBytes));
        MessageEncoding.Decompress(payload, unpacked, maxBytes);
        return _context.Read(new ReadOnlySequence<byte>(unpacked.Written), deserializer);
    }
}
