using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel;

public sealed class UnixSocketTests
{
    private readonly byte[] _buffer = new byte[100];

    [Theory]
    [InlineData(Libc.SOCK_STREAM)]
    [InlineData(Libc.SOCK_DGRAM)]
    public void Send_WhenFdsAreGiven_HandsThemOver(int type)
    {
        (SafeFileHandle one, SafeFileHandle other) = UnixSocket.CreatePair(type);
        using SafeFileHandle from = one, to = other;
        (SafeFileHandle read, SafeFileHandle write) = Files.CreatePipe();
        using (read)
        {
            using (write)
            {
                UnixSocket.Send(from, "hello"u8, [write]);
            }

            using SocketMessage message = UnixSocket.Receive(to, _buffer, maxFds: 2)!;
            Files.WriteAll(Assert.Single(message.Fds), "through it"u8);

            Assert.Equal("hello", Encoding.UTF8.GetString(_buffer, 0, message.Length));
            Assert.Equal("through it", Encoding.UTF8.GetString(_buffer, 0, Files.Read(read, _buffer)));
            Assert.False(InheritedFds.IsInherited(message.Fds[0]));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)] // the alignment of control data leaves room for one more than was asked for
    [InlineData(3, 253)]
    public void Receive_WhenMoreFdsComeThanThereIsRoomFor_ClosesAll(int room, int sent)
    {
        (SafeFileHandle one, SafeFileHandle other) = UnixSocket.CreatePair(Libc.SOCK_STREAM);
        using SafeFileHandle from = one, to = other;
        (SafeFileHandle read, SafeFileHandle write) = Files.CreatePipe();
        using (read)
        {
            using (write)
            {
                UnixSocket.Send(from, "x"u8, [.. Enumerable.Repeat(write, sent)]);
            }

            var error = Assert.Throws<SyscallException>(() => UnixSocket.Receive(to, _buffer, room));

            Assert.Equal(Errno.EMSGSIZE, error.Errno);
            Assert.Equal(0, Files.Read(read, _buffer)); // no writer is left
        }
    }

    [Fact]
    public void Receive_WhenADatagramIsCut_Fails()
    {
        (SafeFileHandle one, SafeFileHandle other) = UnixSocket.CreatePair(Libc.SOCK_DGRAM);
        using SafeFileHandle from = one, to = other;
        UnixSocket.Send(from, new byte[101], []);

        Assert.Equal(Errno.EMSGSIZE, Assert.Throws<SyscallException>(() => UnixSocket.Receive(to, _buffer, 0)).Errno);
    }

    [Fact]
    public void Send_WhenTheOtherEndIsClosed_FailsWithoutASignal()
    {
        (SafeFileHandle one, SafeFileHandle other) = UnixSocket.CreatePair(Libc.SOCK_STREAM);
        using SafeFileHandle from = one;
        other.Dispose();

        Assert.Equal(Errno.EPIPE, Assert.Throws<SyscallException>(() => UnixSocket.Send(from, "x"u8, [])).Errno);
    }

    [Fact]
    public void Send_WhenThereIsNoRoomInTime_SaysSo()
    {
        (SafeFileHandle one, SafeFileHandle other) = UnixSocket.CreatePair(Libc.SOCK_DGRAM);
        using SafeFileHandle from = one, to = other;
        UnixSocket.SetSendTimeout(from, TimeSpan.FromMilliseconds(20));

        var error = Assert.Throws<SyscallException>(() =>
        {
            for (int i = 0; i < 1_000_000; i++)
            {
                UnixSocket.Send(from, new byte[1000], []);
            }
        });

        Assert.Equal(Errno.EAGAIN, error.Errno);
    }

    [Fact]
    public void ReadKind_TellsSocketsFromFiles()
    {
        using SafeFileHandle socket = UnixSocket.Open(Libc.SOCK_DGRAM);
        using SafeFileHandle file = Files.Open("/dev/null", Libc.O_RDONLY);

        Assert.Equal(new SocketKind(Libc.AF_UNIX, Libc.SOCK_DGRAM, Listens: false), UnixSocket.ReadKind(socket));
        Assert.Null(UnixSocket.ReadKind(file));
    }
}
