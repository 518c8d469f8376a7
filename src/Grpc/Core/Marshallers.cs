using System.Text;

namespace Grpc.Core;

/// <summary>Makes marshallers.</summary>
public static class Marshallers
{
    /// <summary>A text as UTF-8.</summary>
    public static Marshaller<string> StringMarshaller { get; } = new(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    /// <summary>A marshaller on whole arrays.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="serializer">To bytes.</param>
    /// <param name="deserializer">From bytes.</param>
    public static Marshaller<T> Create<T>(Func<T, byte[]> serializer, Func<byte[], T> deserializer) => new(serializer, deserializer);

    /// <summary>A marshaller on the transport's own buffers.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="serializer">To bytes.</param>
    /// <param name="deserializer">From bytes.</param>
    public static Marshaller<T> Create<T>(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer) =>
        new(serializer, deserializer);
}
