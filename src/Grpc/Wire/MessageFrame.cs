using System.Buffers;
using System.Buffers.Binary;

namespace AgentSandbox.Grpc.Wire;

/// <summary>The five bytes before each message: a flag and the length, big endian.</summary>
/// <param name="Compressed">The message is in the stream's <c>grpc-encoding</c>.</param>
/// <param name="Length">Bytes that follow.</param>
/// <remarks>Source: PROTOCOL-HTTP2, "Length-Prefixed-Message".</remarks>
internal readonly record struct MessageFrame(bool Compressed, uint Length)
{
    public const int Size = 5;

    /// <summary>Reads the prefix. False: there is less than a prefix.</summary>
    /// <exception cref="ProtocolViolationException">The flag is neither 0 nor 1.</exception>
    public static bool TryRead(ReadOnlySequence<byte> buffer, out MessageFrame frame)
    {
        frame = default;
        if (buffer.Length < Size)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(prefix);
        if (prefix[0] > 1)
        {
            throw new ProtocolViolationException($"a message starts with the flag {prefix[0]}: only 0 and 1 are known");
        }

        frame = new(prefix[0] == 1, BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]));
        return true;
    }

    /// <summary>Writes the prefix.</summary>
    public void Write(IBufferWriter<byte> target)
    {
        Span<byte> prefix = target.GetSpan(Size);
        prefix[0] = Compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], Length);
        target.Advance(Size);
    }
}
