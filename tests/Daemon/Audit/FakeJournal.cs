using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Daemon.Audit;

/// <summary>Receives what is sent to a journal, and reads it as journald does.</summary>
internal sealed class FakeJournal : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private bool _isDisposed;

    public FakeJournal()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
    }

    public string Path => System.IO.Path.Combine(_folder.Path, "socket");

    public bool CameAsFile { get; private set; }

    public bool IsSealed { get; private set; }

    public Dictionary<string, List<string>> Receive()
    {
        byte[] buffer = new byte[10 * 1024 * 1024];
        using SocketMessage message = UnixSocket.Receive(_socket.SafeHandle, buffer, 1)!;
        CameAsFile = message.Fds.Length == 1 && message.Length == 0;
        if (CameAsFile)
        {
            IsSealed = Refuses(message.Fds[0]);
            byte[] content = new byte[RandomAccess.GetLength(message.Fds[0])];
            for (int done = 0; done < content.Length;)
            {
                done += RandomAccess.Read(message.Fds[0], content.AsSpan(done), done);
            }

            return Parse(content);
        }

        return Parse(buffer.AsSpan(0, message.Length));
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _socket.Dispose();
            _folder.Dispose();
        }
    }

    private static Dictionary<string, List<string>> Parse(ReadOnlySpan<byte> bytes)
    {
        Dictionary<string, List<string>> fields = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            int equals = bytes[..end].IndexOf((byte)'=');
            string name = Encoding.UTF8.GetString(bytes[..(equals >= 0 ? equals : end)]);
            if (equals >= 0)
            {
                Add(name, bytes[(equals + 1)..end]);
                bytes = bytes[(end + 1)..];
                continue;
            }

            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes[(end + 1)..]);
            int start = end + 1 + sizeof(ulong);
            Add(name, bytes.Slice(start, length));
            bytes = bytes[(start + length + 1)..];
        }

        return fields;

        void Add(string name, ReadOnlySpan<byte> value) => (fields.TryGetValue(name, out List<string>? values) ? values : fields[name] = []).Add(Encoding.UTF8.GetString(value));
    }

    // What the seals forbid is tried.
    private static bool Refuses(SafeFileHandle file)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");
        using SafeFileHandle writable = Files.Open(path, Libc.O_RDWR);
        long length = RandomAccess.GetLength(writable);
        return Refuses(() => RandomAccess.SetLength(writable, length - 1))
            && Refuses(() => RandomAccess.SetLength(writable, length + 1))
            && Refuses(() => Files.WriteAll(writable, "x"u8));
    }

    private static bool Refuses(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
