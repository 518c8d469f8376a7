using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Http;

/// <summary>What serves a session of a client of a revision that has them: one server for all of its messages, so that it can ask the client in its turn. Disposed, it ends.</summary>
internal sealed class HttpSession : IAsyncDisposable
{
    private readonly McpServer _server;
    private readonly CancellationTokenSource _life = new();
    private readonly Task _run;

    /// <summary>A session that begins.</summary>
    /// <param name="id">What the client calls it.</param>
    /// <param name="options">What the server is.</param>
    /// <param name="log">Where troubles go.</param>
    public HttpSession(string id, McpServerOptions options, ILoggerFactory log)
    {
        Transport = new StreamableHttpServerTransport(log) { SessionId = id };
        _server = McpServer.Create(Transport, options, log);
        _run = _server.RunAsync(_life.Token);
    }

    /// <summary>Takes its messages.</summary>
    public StreamableHttpServerTransport Transport { get; }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync().ConfigureAwait(false);
        await Transport.DisposeAsync().ConfigureAwait(false);
        await _run.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false); // how it ends says nothing: it was told to
        await _server.DisposeAsync().ConfigureAwait(false);
        _life.Dispose();
    }
}
