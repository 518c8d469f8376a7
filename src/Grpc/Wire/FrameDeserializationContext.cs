using System.Buffers;
using Grpc.Core;

namespace AgentSandbox.Grpc.Wire;

/// <summary>A received message where it lies. One object serves all messages of a stream.</summary>
internal sealed class FrameDeserializationContext : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <exception cref="ProtocolViolationException">The bytes are no such message.</exception>
    public T Read<T>(ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer)
    {
        _payload = payload;
        try
        {
            return deserializer(this);
        }
        catch (Exception e)
        {
            throw new ProtocolViolationException($"the bytes are no {typeof(T).Name}", e);
        }
        finally
        {
            _payload = default;
        }
    }
}
