using System.Net.Sockets;
using AgentSandbox.Daemon.Handoff;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Handoff;

public sealed class HandoffServerTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly ListLogger<HandoffServer> _log = new();
    private readonly HandoffServer _server;
    private readonly uint _uid = OwnProcess.Identity.Uid;
    private readonly SafeFileHandle _read;
    private readonly SafeFileHandle _write;

    public HandoffServerTests()
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen(100);
        _server = new(listener, _log, TimeSpan.FromSeconds(2), _clock);
        (_read, _write) = Files.CreatePipe();
    }

    private string SocketPath => Path.Combine(_folder.Path, "handoff");

    [Fact]
    public async Task Receive_GivesTheFilesOfTheClient()
    {
        using ExpectedHandoff expected = _server.Expect(_uid);
        using SafeFileHandle nothing = Files.Open("/dev/null", Libc.O_RDWR);

        FdHandoff.Send(SocketPath, expected.Token.Span, [nothing, _write], s_limit);

        using HandedStdio stdio = await expected.Receive(CancellationToken.None).WaitAsync(s_limit);
        Files.WriteAll(stdio.Stdout!, "out"u8);
        Assert.Equal(3, Files.Read(_read, new byte[10]));
        Assert.Null(stdio.Stderr);
    }

    [Fact]
    public async Task Send_WhenTheTokenIsWrong_IsRefused_AndTheRightOneStaysGood()
    {
        using ExpectedHandoff expected = _server.Expect(_uid);
        byte[] wrong = expected.Token.ToArray();
        wrong[^1] ^= 1;

        AssertRefused(wrong, 1);

        FdHandoff.Send(SocketPath, expected.Token.Span, [_write], s_limit);
        using HandedStdio stdio = await expected.Receive(CancellationToken.None).WaitAsync(s_limit);
        Assert.NotNull(stdio);
    }

    [Fact]
    public void Send_WhenTheTokenWasUsed_IsRefused()
    {
        using ExpectedHandoff expected = _server.Expect(_uid);
        FdHandoff.Send(SocketPath, expected.Token.Span, [_write], s_limit);

        AssertRefused(expected.Token.Span, 1);
    }

    [Fact]
    public void Send_WhenTheTokenIsAnotherUsers_IsRefused()
    {
        using ExpectedHandoff expected = _server.Expect(_uid + 1);

        AssertRefused(expected.Token.Span, 1);
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(32, 4)]
    [InlineData(31, 1)]
    [InlineData(33, 1)]
    [InlineData(1, 1)]
    [InlineData(4000, 3)]
    public async Task Send_WhenTheMessageIsNotInOrder_IsRefused_AndTheFilesAreClosed(int bytes, int files)
    {
        using ExpectedHandoff expected = _server.Expect(_uid);
        byte[] message = new byte[bytes];
        expected.Token.Span[..Math.Min(bytes, 32)].CopyTo(message);

        AssertRefused(message, files);

        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => expected.Receive(now.Token));
        _write.Dispose();
        Assert.Equal(0, Files.Read(_read, new byte[1])); // nobody else has it open
    }

    [Fact]
    public async Task Receive_WhenNothingComesInTime_Fails_AndTheTokenIsOfNoUse()
    {
        using ExpectedHandoff expected = _server.Expect(_uid);

        _clock.Advance(TimeSpan.FromSeconds(29));
        Task<HandedStdio> receive = expected.Receive(CancellationToken.None);
        Assert.False(receive.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => receive.WaitAsync(s_limit));
        AssertRefused(expected.Token.Span, 1);
    }

    [Fact]
    public void Connection_ThatSendsNothing_IsClosedInTime()
    {
        using Socket client = Connect();
        while (!client.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [Fact]
    public void Connections_ThatSendNothing_AreBounded_ForEachUser()
    {
        List<Socket> idle = [.. Enumerable.Range(0, 40).Select(_ => Connect())];
        for (int refused = 0; refused < 24; refused++)
        {
            Assert.Contains("has 16 connections open", _log.Take(), StringComparison.Ordinal);
        }

        Assert.Equal(24, idle.Count(client => client.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead)));
        idle.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Dispose_OfWhatWasNotTaken_ClosesTheFiles()
    {
        ExpectedHandoff expected = _server.Expect(_uid);
        FdHandoff.Send(SocketPath, expected.Token.Span, [_write], s_limit);
        _write.Dispose();

        expected.Dispose();

        Assert.Equal(0, Files.Read(_read, new byte[1]));
    }

    [Fact]
    public void Send_WhenTheHandoffIsNotAwaitedAnyMore_IsRefused()
    {
        ExpectedHandoff expected = _server.Expect(_uid);
        expected.Dispose();

        AssertRefused(expected.Token.Span, 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _read.Dispose();
        _write.Dispose();
        _folder.Dispose();
    }

    private void AssertRefused(ReadOnlySpan<byte> message, int files)
    {
        SafeFileHandle[] handles = [.. Enumerable.Repeat(_write, files)];
        try
        {
            FdHandoff.Send(SocketPath, message, handles, s_limit);
        }
        catch (SyscallException e)
        {
            Assert.Equal(Errno.EACCES, e.Errno);
            return;
        }

        Assert.Fail("it was taken");
    }

    private Socket Connect()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return client;
    }
}
