using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentSandbox.V1;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>A server that runs, and its tools. Disposed, it ends.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const int MaxTools = 1000;
    private const int MaxPages = 100;
    private const int MaxText = 4 * 1024 * 1024;
    private const int MaxName = 128;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ServerTransport _transport;
    private readonly SemaphoreSlim _listing = new(1);
    private McpClient? _client;
    private ImmutableArray<Tool> _tools;
    private int _isStale = 1;
    private long _calls;

    private RunningServer(ServerTransport transport, long startedAt)
    {
        _transport = transport;
        StartedAt = startedAt;
    }

    /// <summary>When it was started, as a timestamp of the clock.</summary>
    public long StartedAt { get; }

    /// <summary>When it ended, as a timestamp of the clock.</summary>
    public long EndedAt => _transport.EndedAt;

    /// <summary>Done when it has ended: why.</summary>
    public Task<string> Ended => _transport.Ended;

    /// <summary>Starts one, and negotiates with it. The caller disposes it.</summary>
    /// <exception cref="ServerFaultException">It does not run, or does what it may not.</exception>
    public static async Task<RunningServer> StartAsync(string name, V1.Commands.CommandsClient commands, RunStart start, TimeProvider time, CancellationToken cancellationToken)
    {
        ServerTransport transport = new(name, commands, start, time);
        RunningServer server = new(transport, time.GetTimestamp());
        try
        {
            McpClientOptions options = new()
            {
                ClientInfo = new Implementation { Name = SandboxServer.Name, Version = SandboxServer.Version },
                Handlers = new McpClientHandlers { NotificationHandlers = [KeyValuePair.Create(NotificationMethods.ToolListChangedNotification, server.Forget)] },
            };
            server._client = await server.AskAsync(() => McpClient.CreateAsync(transport, options, null, cancellationToken)).ConfigureAwait(false);
            return server;
        }
        catch (Exception failure) when (failure is ServerFaultException or McpException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw failure as ServerFaultException ?? new ServerFaultException($"refuses to begin: {ServerMessages.Visible(failure.Message)}");
        }
    }

    /// <summary>Its tools, by name.</summary>
    /// <param name="isFresh">True: it is asked, whatever it said before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    public async Task<ImmutableArray<Tool>> ListAsync(bool isFresh, CancellationToken cancellationToken)
    {
        await _listing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Interlocked.Exchange(ref _isStale, 0) != 0 || isFresh)
            {
                Volatile.Write(ref _isStale, 1); // until it has said
                ImmutableArray<Tool> tools = await AskAsync(() => AskForToolsAsync(cancellationToken)).ConfigureAwait(false);
                _tools = tools;
                Volatile.Write(ref _isStale, 0);
            }

            return _tools;
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <summary>Calls a tool. A call that is cancelled is cancelled at the server.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    /// <exception cref="McpException">It answers with an error.</exception>
    public Task<CallToolResult> CallAsync(string tool, IDictionary<string, JsonElement>? arguments, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        RequestId id = new($"call-{Interlocked.Increment(ref _calls)}");
        CallToolRequestParams call = new() { Name = tool, Arguments = arguments };
        try
        {
            return await _client!.SendRequestAsync<CallToolRequestParams, CallToolResult>(RequestMethods.ToolsCall, call, McpJsonUtilities.DefaultOptions, id, CancellationToken.None)
                .AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync(id).ConfigureAwait(false);
            throw;
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync().ConfigureAwait(false); // before the client, which waits for what the server may never read
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ImmutableArray<Tool>> AskForToolsAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<string, Tool> tools = new(StringComparer.Ordinal);
        long text = 0;
        ListToolsResult page = new();
        for (int pages = 0; pages == 0 || page.NextCursor is not null; pages++)
        {
            page = pages < MaxPages ? await _client!.ListToolsAsync(new ListToolsRequestParams { Cursor = page.NextCursor }, cancellationToken).ConfigureAwait(false) : throw Fault($"lists its tools on more than {MaxPages} pages");
            foreach (Tool tool in page.Tools)
            {
                text += (tool.Description ?? "").Length + tool.InputSchema.GetRawText().Length + (tool.OutputSchema?.GetRawText().Length ?? 0);
                _ = !IsName(tool.Name) ? throw Fault($"has a tool of the name '{ServerMessages.Visible(tool.Name)}', which is none")
                    : !tools.TryAdd(tool.Name, tool) ? throw Fault($"has two tools of the name '{tool.Name}'")
                    : tools.Count > MaxTools ? throw Fault($"has more than {MaxTools} tools")
                    : text > MaxText ? throw Fault($"describes its tools with more than {MaxText >> 20} Mi characters")
                    : tool;
            }
        }

        return [.. tools.Values];
    }

    // An answer that is none ends the server; what fails because it has ended says why it has.
    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (ServerFaultException)
        {
            throw;
        }
        catch (JsonException malformed)
        {
            throw Fault($"answered what it may not: {ServerMessages.Visible(malformed.Message)}");
        }
        catch (Exception failure) when (failure is IOException || (Ended.IsCompleted && failure is not OperationCanceledException))
        {
            throw new ServerFaultException(await EndAsync().ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            throw Fault("did not answer in time");
        }
    }

    // The library's client forgets to tell the server when its own token is cancelled: what waits for the answer is gone before its note is sent.
    private async Task CancelAsync(RequestId id)
    {
        JsonRpcNotification cancelled = new() { Method = NotificationMethods.CancelledNotification, Params = new JsonObject { ["requestId"] = $"{id}" } };
        try
        {
            await _client!.SendMessageAsync(cancelled, CancellationToken.None).WaitAsync(s_patience, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception deaf) when (deaf is TimeoutException or IOException)
        {
            _transport.End("was ended: it does not take that a call is cancelled");
        }
    }

    // What it is told fails a moment before it is known how it ended.
    private async Task<string> EndAsync()
    {
        try
        {
            return await Ended.WaitAsync(s_patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Fault("takes nothing more").Message;
        }
    }

    private ServerFaultException Fault(string what)
    {
        _transport.End($"was ended: it {what}");
        return new ServerFaultException($"was ended: it {what}");
    }

    private ValueTask Forget(JsonRpcNotification notification, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isStale, 1);
        return default;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
