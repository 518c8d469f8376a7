using System.Buffers;

namespace Grpc.Core;

/// <summary>Where one message is written to. Valid during the serializer's call only.</summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole message and ends.</summary>
    /// <param name="payload">The message.</param>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>A buffer for the message. <see cref="Complete()"/> ends it.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Announces the size, before <see cref="GetBufferWriter"/>: the message can then go out without a copy.</summary>
    /// <param name="payloadLength">Bytes.</param>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotSupportedException();

    /// <summary>Ends what was written to the buffer.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}
