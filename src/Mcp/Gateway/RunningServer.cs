using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>A server that runs, and what it has. Disposed, it ends.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ServerTransport _transport;
    private readonly SemaphoreSlim _listing = new(1);
    private readonly ServerProgress _progress = new();
    private McpClient? _client;
    private ServerLists? _lists;
    private ImmutableArray<DigestedTool> _tools;
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
    public static async Task<RunningServer> StartAsync(string name, V1.Commands.CommandsClient commands, RunStart start, GatewaySetup setup, CancellationToken cancellationToken)
    {
        ServerTransport transport = new(name, commands, start, start.Handoff ? setup.Pipes() : null, setup.Time);
        RunningServer server = new(transport, setup.Time.GetTimestamp());
        try
        {
            McpClientOptions options = new()
            {
                ClientInfo = new Implementation { Name = SandboxServer.Name, Version = SandboxServer.Version },
                Handlers = new McpClientHandlers { NotificationHandlers = [KeyValuePair.Create(NotificationMethods.ToolListChangedNotification, server.Forget), KeyValuePair.Create(NotificationMethods.ProgressNotification, server.TellProgressAsync)] },
            };
            server._client = await server.AskAsync(() => McpClient.CreateAsync(transport, options, null, cancellationToken)).ConfigureAwait(false);
            server._lists = new ServerLists(server._client, server.Fault);
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
    public async Task<ImmutableArray<DigestedTool>> ListAsync(bool isFresh, CancellationToken cancellationToken)
    {
        await _listing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Interlocked.Exchange(ref _isStale, 0) != 0 || isFresh)
            {
                Volatile.Write(ref _isStale, 1); // until it has said
                ImmutableArray<Tool> tools = await AskAsync(() => _lists!.ToolsAsync(cancellationToken)).ConfigureAwait(false);
                _tools = [.. tools.Select(DigestedTool.Of)];
                Volatile.Write(ref _isStale, 0);
            }

            return _tools;
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <summary>Its prompts, by name.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    public Task<ImmutableArray<Prompt>> ListPromptsAsync(CancellationToken cancellationToken) => AskAsync(() => _lists!.PromptsAsync(cancellationToken));

    /// <summary>Its resources, by address.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    public Task<ImmutableArray<Resource>> ListResourcesAsync(CancellationToken cancellationToken) => AskAsync(() => _lists!.ResourcesAsync(cancellationToken));

    /// <summary>Its templates of addresses.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    public Task<ImmutableArray<ResourceTemplate>> ListTemplatesAsync(CancellationToken cancellationToken) => AskAsync(() => _lists!.TemplatesAsync(cancellationToken));

    /// <summary>Calls a tool. A call that is cancelled is cancelled at the server.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    /// <exception cref="McpException">It answers with an error.</exception>
    public Task<CallToolResult> CallAsync(string tool, IDictionary<string, JsonElement>? arguments, ProgressReport progress, CancellationToken cancellationToken) =>
        SendAsync<CallToolRequestParams, CallToolResult>(RequestMethods.ToolsCall, new CallToolRequestParams { Name = tool, Arguments = arguments }, progress, cancellationToken);

    /// <summary>Gets a prompt.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    /// <exception cref="McpException">It answers with an error.</exception>
    public Task<GetPromptResult> GetPromptAsync(string prompt, IDictionary<string, JsonElement>? arguments, ProgressReport progress, CancellationToken cancellationToken) =>
        SendAsync<GetPromptRequestParams, GetPromptResult>(RequestMethods.PromptsGet, new GetPromptRequestParams { Name = prompt, Arguments = arguments }, progress, cancellationToken);

    /// <summary>Reads a resource.</summary>
    /// <exception cref="ServerFaultException">It ended, or does what it may not.</exception>
    /// <exception cref="McpException">It answers with an error.</exception>
    public Task<ReadResourceResult> ReadAsync(string address, ProgressReport progress, CancellationToken cancellationToken) =>
        SendAsync<ReadResourceRequestParams, ReadResourceResult>(RequestMethods.ResourcesRead, new ReadResourceRequestParams { Uri = address }, progress, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync().ConfigureAwait(false); // before the client, which waits for what the server may never read
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<TResult> SendAsync<TRequest, TResult>(string method, TRequest request, ProgressReport progress, CancellationToken cancellationToken)
        where TRequest : RequestParams
        where TResult : Result => AskAsync(async () =>
    {
        string call = $"call-{Interlocked.Increment(ref _calls)}";
        if (progress.IsWanted)
        {
            request.Meta = new JsonObject { ["progressToken"] = call };
            _progress.Add(call, progress);
        }

        try
        {
            return await _client!.SendRequestAsync<TRequest, TResult>(method, request, McpJsonUtilities.DefaultOptions, new RequestId(call), CancellationToken.None)
                .AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync(new RequestId(call)).ConfigureAwait(false);
            throw;
        }
        finally
        {
            _progress.Remove(call);
        }
    });

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

    private async ValueTask TellProgressAsync(JsonRpcNotification notification, CancellationToken cancellationToken)
    {
        try
        {
            await _progress.TellAsync(notification, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException malformed)
        {
            _transport.End($"was ended: it tells of its progress what it may not: {ServerMessages.Visible(malformed.Message)}");
        }
    }
}
