namespace Grpc.Core;

/// <summary>Turns a message into bytes and back.</summary>
/// <typeparam name="T">The message.</typeparam>
public sealed class Marshaller<T>
{
    /// <summary>Makes a marshaller on whole arrays.</summary>
    /// <param name="serializer">To bytes.</param>
    /// <param name="deserializer">From bytes.</param>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Makes a marshaller on the transport's own buffers.</summary>
    /// <param name="serializer">To bytes.</param>
    /// <param name="deserializer">From bytes.</param>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
    }

    /// <summary>To bytes.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>From bytes.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
