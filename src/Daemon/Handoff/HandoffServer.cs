using System.Net.Sockets;
using AgentSandbox.Kernel;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Daemon.Handoff;

/// <summary>Takes files that local clients hand over: one message with a one-time token and the fds. What is not in order is hung up on.</summary>
public sealed partial class HandoffServer : IAsyncDisposable
{
    private const int MaxAwaited = 4096;
    private const int MaxConnections = 64;
    private const int MaxConnectionsOfOneUser = 16;

    private static readonly TimeSpan s_tokenLifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(1);

    private readonly Socket _listener;
    private readonly TimeProvider _time;
    private readonly TimeSpan _connectionDeadline;
    private readonly ILogger _logger;
    private readonly HandoffTokens _tokens;
    private readonly ITimer _sweeper;
    private readonly SemaphoreSlim _room = new(MaxConnections);
    private readonly ConnectionCount _open = new(MaxConnectionsOfOneUser);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Starts to accept from <paramref name="listener"/>.</summary>
    /// <param name="listener">A Unix stream socket that listens; the server owns it.</param>
    /// <param name="logger">Is told who was refused, and why.</param>
    /// <param name="connectionDeadline">How long a client may take to send its message; 2 seconds unless given.</param>
    /// <param name="time">The clock.</param>
    public HandoffServer(Socket listener, ILogger<HandoffServer> logger, TimeSpan? connectionDeadline = null, TimeProvider? time = null)
    {
        _listener = listener;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _connectionDeadline = connectionDeadline ?? TimeSpan.FromSeconds(2);
        _tokens = new(s_tokenLifetime, MaxAwaited, _time);
        _sweeper = _time.CreateTimer(_ => _tokens.Sweep(), null, s_sweepInterval, s_sweepInterval);
        _loop = Accept();
    }

    /// <summary>Expects files of <paramref name="uid"/>, within 30 seconds.</summary>
    /// <exception cref="InvalidOperationException">Too many are expected already.</exception>
    public ExpectedHandoff Expect(uint uid) => _tokens.Issue(uid);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        for (int i = 0; i < MaxConnections; i++)
        {
            await _room.WaitAsync(); // each connection has come to its end
        }

        await _sweeper.DisposeAsync();
        _room.Dispose();
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                await _room.WaitAsync(_stop.Token); // the others wait in the kernel's queue
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Socket? connection = await TryAccept();
            if (connection is null)
            {
                _room.Release();
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                continue;
            }

            _ = Serve(connection); // it fails with nothing, and releases its room
        }
    }

    private async Task<Socket?> TryAccept()
    {
        try
        {
            return await _listener.AcceptAsync(_stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            if (!_stop.IsCancellationRequested)
            {
                LogAcceptFailure(e); // too many open files, or the client is gone: the next may do
                await Task.Delay(s_sweepInterval / 10, _time, CancellationToken.None);
            }

            return null;
        }
    }

    private async Task Serve(Socket connection)
    {
        try
        {
            using (connection)
            {
                await Take(connection);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogRefusal(e.Message);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task Take(Socket connection)
    {
        byte[] token = new byte[FdHandoff.TokenSize + 1]; // room for one byte too many, so that it is seen
        using PeerCredentials peer = PeerCredentials.Read(connection.SafeHandle);
        uint uid = peer.Identity.Uid;
        using IDisposable one = _open.Enter(uid);
        HandedStdio files = await Receive(connection, token);
        bool taken = false;
        try
        {
            HandoffTicket? ticket = _tokens.Redeem(token.AsSpan(0, FdHandoff.TokenSize), uid);
            taken = ticket is not null && ticket.TryComplete(files);
            if (!taken)
            {
                LogRefusal($"uid {uid} sent no token that is good for it");
                return;
            }
        }
        finally
        {
            if (!taken)
            {
                files.Dispose();
            }
        }

        await connection.SendAsync(new[] { FdHandoff.Taken }, _stop.Token);
    }

    private async Task<HandedStdio> Receive(Socket connection, byte[] token)
    {
        using CancellationTokenSource late = new(_connectionDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
        connection.Blocking = false;
        while (true)
        {
            SocketMessage? message = UnixSocket.Receive(connection.SafeHandle, token, FdHandoff.MaxFiles);
            if (message is null)
            {
                await connection.ReceiveAsync(Memory<byte>.Empty, either.Token); // until there is something to read
                continue;
            }

            if (message.Length == FdHandoff.TokenSize && !message.Fds.IsEmpty)
            {
                return new(message.Fds);
            }

            message.Dispose();
            throw new IOException($"a message of {message.Length} bytes and {message.Fds.Length} fds");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "files that were handed over are refused: {Reason}")]
    private partial void LogRefusal(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a handoff cannot be accepted")]
    private partial void LogAcceptFailure(Exception e);
}
