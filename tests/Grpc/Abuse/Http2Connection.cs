using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace AgentSandbox.Tests.Grpc.Abuse;

/// <summary>A client that writes HTTP/2 frames as it pleases.</summary>
/// <remarks>Source: RFC 9113, "Frame Format" and "Frame Definitions"; RFC 7541, "Literal Header Field without Indexing".</remarks>
internal sealed class Http2Connection : IDisposable
{
    public const byte Data = 0, Headers = 1, RstStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
    {
        SendTimeout = 3000,
        ReceiveTimeout = 3000,
    };


    private readonly byte[] _frameHead = new byte[9];
    private long _connectionWindow = 65535;
    private long _streamWindow = 65535;

    private Http2Connection(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>Connects and says nothing.</summary>
    public static Http2Connection Connect(string path) => new(path);

    /// <summary>Connects, and sends the preface and settings.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="settings">Identifier and value of each setting.</param>
    public static Http2Connection Open(string path, params (ushort Id, uint Value)[] settings)
    {
        Http2Connection connection = new(path);
        connection.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        byte[] payload = new byte[settings.Length * 6];
        for (int i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), settings[i].Value);
        }

        connection.Send(Frame(Settings, 0, 0, payload));
        return connection;
    }

    /// <summary>A frame.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>A frame with a number as its payload: RST_STREAM, WINDOW_UPDATE.</summary>
    public static byte[] Frame(byte type, int stream, uint number)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, number);
        return Frame(type, 0, stream, payload);
    }

    /// <summary>The headers of a call, with more if one likes.</summary>
    public static byte[] CallHeaders(string path, params (string Name, string Value)[] more)
    {
        MemoryStream block = new();
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)
            [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "x"),
             ("te", "trailers"), ("content-type", "application/grpc"), .. more])
        {
            block.WriteByte(0);
            WriteString(block, name);
            WriteString(block, value);
        }

        return block.ToArray();
    }

    /// <summary>A message in a DATA frame, or in several.</summary>
    public static byte[] Message(int stream, ReadOnlySpan<byte> message, byte flags)
    {
        byte[] framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed.AsSpan(5));
        return Frame(Data, flags, stream, framed);
    }

    /// <summary>Sends. False: the server has closed the connection, or does not read any more.</summary>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Sends DATA of the connection's only stream, no more at a time than the server's windows allow. False: the server has had enough.
    /// </summary>
    public bool SendWithinWindows(int stream, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int length = (int)Math.Min(Math.Min(bytes.Length, 16_000), Math.Min(_connectionWindow, _streamWindow));
            if (length <= 0)
            {
                if (!ReadFrame())
                {
                    return false;
                }

                continue;
            }

            if (!Send(Frame(Data, 0, stream, bytes[..length])))
            {
                return false;
            }

            _connectionWindow -= length;
            _streamWindow -= length;
            bytes = bytes[length..];
        }

        return true;
    }

    /// <summary>Reads until the server closes the connection; the type of the last frame, -1 if there was none.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public (int LastFrame, uint GoAwayCode) ReadToEnd()
    {
        MemoryStream all = new();
        byte[] buffer = new byte[65536];
        try
        {
            for (int read; (read = _socket.Receive(buffer)) > 0;)
            {
                all.Write(buffer, 0, read);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // the end, too
        }
        catch (SocketException e)
        {
            throw new TimeoutException($"the server does not close the connection: {e.SocketErrorCode}", e);
        }

        return LastOf(all.ToArray());
    }

    public void Dispose() => _socket.Dispose();

    // Takes in what the server says of windows. False: it ended the stream or the connection.
    private bool ReadFrame()
    {
        if (!Receive(_frameHead))
        {
            return false;
        }

        byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(_frameHead) >> 8];
        if (!Receive(payload))
        {
            return false;
        }

        bool ofConnection = BinaryPrimitives.ReadInt32BigEndian(_frameHead.AsSpan(5)) == 0;
        switch (_frameHead[3])
        {
            case WindowUpdate when ofConnection: _connectionWindow += BinaryPrimitives.ReadInt32BigEndian(payload); return true;
            case WindowUpdate: _streamWindow += BinaryPrimitives.ReadInt32BigEndian(payload); return true;
            case Settings:
                for (int at = 0; at < payload.Length; at += 6)
                {
                    if (BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at)) == 4)
                    {
                        _streamWindow += BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(at + 2)) - 65535;
                    }
                }

                return true;
            default: return _frameHead[3] is Ping;
        }
    }

    private bool Receive(Span<byte> into)
    {
        try
        {
            while (!into.IsEmpty)
            {
                int read = _socket.Receive(into);
                if (read == 0)
                {
                    return false;
                }

                into = into[read..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static (int LastFrame, uint GoAwayCode) LastOf(ReadOnlySpan<byte> frames)
    {
        (int last, uint code) = (-1, 0);
        while (frames.Length >= 9)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(frames) >> 8;
            last = frames[3];
            if (last == GoAway && frames.Length >= 17)
            {
                code = BinaryPrimitives.ReadUInt32BigEndian(frames[13..]);
            }

            frames = frames[Math.Min(frames.Length, 9 + length)..];
        }

        return (last, code);
    }

    // An integer with a prefix of 7 bits, no Huffman. Source: RFC 7541, "Integer Representation".
    private static void WriteString(MemoryStream block, string text)
    {
        int length = text.Length;
        if (length < 127)
        {
            block.WriteByte((byte)length);
        }
        else
        {
            block.WriteByte(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.WriteByte((byte)(length | 128));
            }

            block.WriteByte((byte)length);
        }

        block.Write(Encoding.ASCII.GetBytes(text));
    }
}
