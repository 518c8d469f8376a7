using AgentSandbox.Mcp.Answers;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Starts a server when it is first needed, and again when it has ended, not too often. Disposed, it ends.</summary>
internal sealed class ServerKeeper : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<RunningServer>> _start;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _life = new();
    private readonly Backoff _backoff;
    private Task<RunningServer>? _running;
    private long _startedAt;
    private string _reason = "";

    /// <summary>A server that does not run yet.</summary>
    /// <param name="server">The server.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="time">The clock.</param>
    public ServerKeeper(JailedServer server, Func<CancellationToken, Task<RunningServer>> start, TimeProvider time)
    {
        Server = server;
        _start = start;
        _time = time;
        _backoff = new Backoff(time);
    }

    /// <summary>The server.</summary>
    public JailedServer Server { get; }

    /// <summary>Does something with the server, which runs for that.</summary>
    /// <exception cref="ToolException">It does not run, or ended: why, and when to try again.</exception>
    public async Task<T> WithAsync<T>(Func<RunningServer, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            return await use(await Get().WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ServerFaultException)
        {
            throw Failed();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<RunningServer>? running;
        lock (_lock)
        {
            running = _running;
            _life.Cancel();
        }

        await EndAsync(running).ConfigureAwait(false);
    }

    private Task<RunningServer> Get()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_life.IsCancellationRequested, this);
            Settle();
            if (_running is null && _backoff.Left > TimeSpan.Zero)
            {
                throw Refused();
            }

            if (_running is null)
            {
                _startedAt = _time.GetTimestamp();
                _running = Task.Run(() => _start(_life.Token));
            }

            return _running;
        }
    }

    private ToolException Failed()
    {
        lock (_lock)
        {
            Settle();
            return Refused();
        }
    }

    private ToolException Refused() => new(new Refusal($"the MCP server '{Server.Name}' does not run", $"it {_reason.TrimEnd('.')}", "wait, and try again; do without it, or tell the user, if it happens again")
    {
        Code = "SERVER_ENDED", RetryAfter = _backoff.Left,
    });

    // What has ended is noted once, with the time when it did.
    private void Settle()
    {
        if (_running is not { IsCompleted: true } running || (running.IsCompletedSuccessfully && !running.Result.Ended.IsCompleted))
        {
            return;
        }

        _reason = running.IsCompletedSuccessfully ? running.Result.Ended.Result : running.Exception?.InnerException is ServerFaultException fault ? fault.Message : $"does not start: {running.Exception?.InnerException?.Message}";
        _backoff.Ended(running.IsCompletedSuccessfully ? running.Result.StartedAt : _startedAt, running.IsCompletedSuccessfully ? running.Result.EndedAt : _time.GetTimestamp());
        _running = null;
        _ = EndAsync(running); // its jail is gone: only the client's own things are left
    }

    private static async Task EndAsync(Task<RunningServer>? running)
    {
        if (running is null)
        {
            return;
        }

        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        if (running.IsCompletedSuccessfully)
        {
            await running.Result.DisposeAsync().ConfigureAwait(false);
        }
    }
}
