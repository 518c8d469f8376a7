using System.Net.Sockets;
using System.Text;
using AgentSandbox.Kernel;

namespace AgentSandbox.Tests.Daemon.Systemd;

/// <summary>What systemd listens at, of a test's own.</summary>
internal sealed class NotifySocket : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public NotifySocket(bool isAbstract = false)
    {
        string name = $"agent-sandbox-test-{Guid.NewGuid():N}";
        Address = isAbstract ? $"@{name}" : Path.Combine(_folder.Path, "notify");
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{name}" : Address));
    }

    public string Address { get; }

    public bool IsEmpty => !Files.Poll(_socket.SafeHandle, Libc.POLLIN, TimeSpan.Zero);

    public (string Text, SocketMessage Message) Receive()
    {
        byte[] buffer = new byte[4096];
        Assert(Files.Poll(_socket.SafeHandle, Libc.POLLIN, s_limit));
        SocketMessage message = UnixSocket.Receive(_socket.SafeHandle, buffer, UnixSocket.MaxFds)!;
        return (Encoding.UTF8.GetString(buffer, 0, message.Length), message);
    }

    public string ReceiveText()
    {
        (string text, SocketMessage message) = Receive();
        message.Dispose();
        return text;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }

    private static void Assert(bool came) => Xunit.Assert.True(came, "no notification came");
}
