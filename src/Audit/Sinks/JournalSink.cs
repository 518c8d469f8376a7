using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Audit;

/// <summary>The system's journal, by its native protocol: one datagram an entry, or a sealed memory file where it is too large for one.</summary>
/// <remarks>Source: systemd, JOURNAL_NATIVE_PROTOCOL.md.</remarks>
public sealed class JournalSink : IAuditSink
{
    /// <summary>Where journald listens.</summary>
    public const string DefaultPath = "/run/systemd/journal/socket";

    /// <summary>What each of our own fields begins with.</summary>
    public const string Prefix = "SANDBOXD_";

    /// <summary>SYSLOG_IDENTIFIER of all entries.</summary>
    public const string Identifier = "agent-sandboxd";

    private const int MessageSize = 4096;
    private const int LargeMessageSize = 1024 * 1024;
    private const int SendBuffer = 8 * 1024 * 1024;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(2); // a journald that reads nothing must not hold everything up

    private readonly SafeFileHandle _socket;
    private readonly UnixDomainSocketEndPoint _address;
    private ArrayBufferWriter<byte> _message = new(MessageSize);

    /// <summary>A sink that sends to <paramref name="path"/>. Nothing is sent yet.</summary>
    /// <exception cref="SyscallException">No socket can be had.</exception>
    public JournalSink(string path = DefaultPath)
    {
        _address = new(path);
        _socket = UnixSocket.Open(Libc.SOCK_DGRAM);
        UnixSocket.SetSendBuffer(_socket, SendBuffer);
        UnixSocket.SetSendTimeout(_socket, s_deadline);
    }

    /// <inheritdoc/>
    public string Name => "journal";

    /// <inheritdoc/>
    public void Write(AuditEntry entry, bool isReplay)
    {
        if (_message.Capacity > LargeMessageSize)
        {
            _message = new(MessageSize); // one large entry must not keep its memory for ever
        }

        _message.ResetWrittenCount();
        Encode(_message, entry, isReplay);
        try
        {
            UnixSocket.Send(_socket, _message.WrittenSpan, [], _address);
        }
        catch (SyscallException e) when (e.Errno is Errno.EMSGSIZE or Errno.ENOBUFS)
        {
            using SafeFileHandle memory = Files.CreateSealedMemory("agent-sandboxd-audit", _message.WrittenSpan, executable: false);
            UnixSocket.Send(_socket, [], [memory], _address);
        }
    }

    /// <summary>Null: the journal takes entries and does not say which it has.</summary>
    public AuditEntry? ReadLast() => null;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>The bytes of <paramref name="entry"/> as journald takes them.</summary>
    internal static void Encode(IBufferWriter<byte> message, AuditEntry entry, bool isReplay)
    {
        AuditKindInfo kind = AuditKinds.Of(entry.Record.Kind);
        Field(message, "MESSAGE", entry.Record.Message);
        Field(message, "PRIORITY", Text((int)entry.Record.Priority));
        Field(message, "SYSLOG_IDENTIFIER", Identifier);
        Field(message, "MESSAGE_ID", kind.MessageId);
        Field(message, $"{Prefix}KIND", kind.Name);
        Field(message, $"{Prefix}SEQUENCE", Text(entry.Sequence));
        Field(message, $"{Prefix}TIME_USEC", Text(AuditEntry.Microseconds(entry.Time)));
        Field(message, $"{Prefix}PREVIOUS_HASH", entry.PreviousHash);
        Field(message, $"{Prefix}HASH", entry.Hash);
        foreach (AuditField field in entry.Record.Fields)
        {
            Field(message, $"{Prefix}{field.Name}", field.Value);
        }

        if (isReplay)
        {
            Field(message, $"{Prefix}REPLAY", "1");
        }
    }

    // Where a value has a line feed, its length stands before it, so that what follows in it cannot pass for a field.
    private static void Field(IBufferWriter<byte> message, string name, string value)
    {
        bool framed = value.Contains('\n', StringComparison.Ordinal);
        Encoding.ASCII.GetBytes(name, message);
        message.Write(framed ? "\n"u8 : "="u8);
        if (framed)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(message.GetSpan(sizeof(ulong)), (ulong)Encoding.UTF8.GetByteCount(value));
            message.Advance(sizeof(ulong));
        }

        Encoding.UTF8.GetBytes(value, message);
        message.Write("\n"u8);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
