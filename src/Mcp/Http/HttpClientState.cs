using System.Collections.Concurrent;
using AgentSandbox.Mcp.Session;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Http;

/// <summary>What the server holds for one client over HTTP: an API key, or a session of a client of a revision that has them.</summary>
/// <param name="session">What it has.</param>
internal sealed class HttpClientState(IClientSession session) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<RequestId, CancellationTokenSource> _underWay = new();
    private int _uses;

    /// <summary>What it has.</summary>
    public IClientSession Session { get; } = session;

    /// <summary>What serves it, if it is a session; null: each message has a server of its own.</summary>
    public HttpSession? Served { get; private set; }

    /// <summary>When it was used last, as <see cref="Environment.TickCount64"/>.</summary>
    public long LastUse { get; private set; } = Environment.TickCount64;

    /// <summary>True: a request of it is under way.</summary>
    public bool IsInUse => Volatile.Read(ref _uses) > 0;

    /// <summary>A request begins. The caller ends it.</summary>
    public void Begin() => Interlocked.Increment(ref _uses);

    /// <summary>A request has ended.</summary>
    public void End()
    {
        LastUse = Environment.TickCount64;
        Interlocked.Decrement(ref _uses);
    }

    /// <summary>It is a session, which begins.</summary>
    /// <param name="id">What the client calls it.</param>
    /// <param name="options">What the server is.</param>
    /// <param name="log">Where troubles go.</param>
    public void Serve(string id, McpServerOptions options, ILoggerFactory log) => Served = new HttpSession(id, options, log);

    /// <summary>A request that the client may cancel by its id.</summary>
    public void Track(RequestId id, CancellationTokenSource request) => _underWay[id] = request;

    /// <summary>It may not any more.</summary>
    public void Untrack(RequestId id) => _underWay.TryRemove(id, out _);

    /// <summary>The client cancels a request.</summary>
    public void Cancel(RequestId id)
    {
        if (!_underWay.TryRemove(id, out CancellationTokenSource? request))
        {
            return;
        }

        try
        {
            request.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // it has just ended
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Served is not null)
        {
            await Served.DisposeAsync().ConfigureAwait(false);
        }

        await Session.DisposeAsync().ConfigureAwait(false);
    }
}
