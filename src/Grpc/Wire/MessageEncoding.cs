using System.Buffers;
using System.IO.Compression;

namespace AgentSandbox.Grpc.Wire;

/// <summary>The message encodings that both sides know: <c>identity</c> and <c>gzip</c>.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Message-Encoding"; COMPRESSION, "Specification".</remarks>
internal static class MessageEncoding
{
    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string Accepted = "identity,gzip";

    /// <summary>True if messages in this encoding can be read; no header means identity.</summary>
    public static bool IsKnown(string? encoding) => encoding is null or "" or Identity or Gzip;

    /// <summary>True if a <c>grpc-accept-encoding</c> names gzip.</summary>
    public static bool Accepts(string? header, string encoding)
    {
        ReadOnlySpan<char> list = header;
        foreach (Range part in list.Split(','))
        {
            if (list[part].Trim(' ').SequenceEqual(encoding))
            {
                return true;
            }
        }

        return false;
    }

    public static void Compress(ReadOnlyMemory<byte> message, PooledBuffer target)
    {
        using BufferStream stream = new(target);
        using GZipStream gzip = new(stream, CompressionLevel.Fastest);
        gzip.Write(message.Span);
    }

    /// <summary>Unpacks a message.</summary>
    /// <param name="message">The compressed bytes.</param>
    /// <param name="target">What is unpacked.</param>
    /// <param name="maxBytes">The cap holds for the unpacked size too, and is met before more than that is held.</param>
    /// <exception cref="ResourceExhaustedException">It unpacks to more than the cap.</exception>
    /// <exception cref="ProtocolViolationException">It is no gzip.</exception>
    public static void Decompress(ReadOnlySequence<byte> message, PooledBuffer target, int maxBytes)
    {
        byte[] packed = ArrayPool<byte>.Shared.Rent((int)message.Length);
        try
        {
            message.CopyTo(packed);
            using MemoryStream stream = new(packed, 0, (int)message.Length);
            using GZipStream gzip = new(stream, CompressionMode.Decompress);
            while (true)
            {
                int read = gzip.Read(target.GetSpan(4096));
                if (read == 0)
                {
                    return;
                }

                if (target.Length + (long)read > maxBytes)
                {
                    throw ResourceExhaustedException.TooLarge("an unpacked message", target.Length + (long)read, maxBytes);
                }

                target.Advance(read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new ProtocolViolationException("a message is marked as gzip and is none", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }
}
