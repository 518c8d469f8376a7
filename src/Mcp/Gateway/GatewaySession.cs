using System.Collections.Immutable;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>One client of the gateway: the declared servers, each in a jail of its own that is the caller's. Disposed, they end.</summary>
public sealed class GatewaySession : IClientSession
{
    /// <summary>What stands between the name of a server and that of its tool.</summary>
    public const string Separator = "__";

    private const string Instructions = """
        Offers the tools, prompts and resources of several MCP servers, each in a jail of its own: the name of a tool or prompt is that of its server, two underscores, and its own;
        the address of a resource is the name of its server, a plus, and its own. What your role does not have, and tools that are not as the user accepted them, are not listed.
        """;

    private static readonly TimeSpan s_remembered = TimeSpan.FromSeconds(1);

    private readonly GatewaySetup _setup;
    private readonly GatewayTools _tools;
    private readonly GatewayPrompts _prompts;
    private readonly GatewayResources _resources;
    private readonly V1.Host.HostClient _host;
    private readonly ImmutableArray<ServerKeeper> _servers;
    private KnownCaller? _caller;

    /// <summary>A session; no server runs until it is needed.</summary>
    /// <param name="calls">Calls the daemon as the caller.</param>
    /// <param name="setup">What it works with.</param>
    public GatewaySession(CallInvoker calls, GatewaySetup setup)
    {
        _setup = setup;
        _tools = new GatewayTools(this, setup);
        _prompts = new GatewayPrompts(this, setup);
        _resources = new GatewayResources(this, setup);
        _host = new V1.Host.HostClient(calls);
        V1.Commands.CommandsClient commands = new(calls);
        _servers =
        [
            .. setup.Servers.OrderBy(server => server.Name, StringComparer.Ordinal).Select(server => new ServerKeeper(
                server, token => RunningServer.StartAsync(server.Name, commands, setup.Start(server), setup, token), setup.Time)),
        ];
    }

    /// <inheritdoc/>
    public async Task<WhoamiResponse> WhoamiAsync(CancellationToken cancellationToken) => await _host.WhoamiAsync(new WhoamiRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public McpServerOptions Describe(WhoamiResponse? caller) => new()
    {
        ServerInfo = new Implementation { Name = $"{SandboxServer.Name}-gateway", Title = "MCP servers in jails", Version = SandboxServer.Version },
        ServerInstructions = Instructions,
        Capabilities = new ServerCapabilities { Tools = new ToolsCapability(), Prompts = new PromptsCapability(), Resources = new ResourcesCapability() },
        ScopeRequests = false,
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = (request, token) => _tools.ListAsync(token),
            CallToolHandler = (request, token) => _tools.CallAsync(request.Params, new ProgressReport(request.Server, request.Params.ProgressToken), token),
            ListPromptsHandler = (request, token) => _prompts.ListAsync(token),
            GetPromptHandler = (request, token) => _prompts.GetAsync(request.Params, new ProgressReport(request.Server, request.Params.ProgressToken), token),
            ListResourcesHandler = (request, token) => _resources.ListAsync(token),
            ListResourceTemplatesHandler = (request, token) => _resources.TemplatesAsync(token),
            ReadResourceHandler = (request, token) => _resources.ReadAsync(request.Params, new ProgressReport(request.Server, request.Params.ProgressToken), token),
        },
    };

    /// <summary>The tools of a server, compared with what the user has accepted; nothing is accepted by that.</summary>
    /// <exception cref="ServerFaultException">The server does not run, or lists no tools.</exception>
    /// <exception cref="IOException">What was accepted cannot be read.</exception>
    public async Task<ImmutableArray<SeenTool>> LookAsync(string server, CancellationToken cancellationToken)
    {
        try
        {
            ServerKeeper keeper = Find(server) ?? throw new ArgumentException($"'{server}' is no server of this session", nameof(server));
            ImmutableArray<DigestedTool> tools = await keeper.WithAsync(running => running.ListAsync(isFresh: true, cancellationToken), cancellationToken).ConfigureAwait(false);
            return ToolPinning.Compare(tools, _setup.Pins.Read(server));
        }
        catch (ToolException refused)
        {
            throw new ServerFaultException(refused.Message);
        }
        catch (McpException refused)
        {
            throw new ServerFaultException($"{server} does not list its tools: {ServerMessages.Visible(refused.Message)}");
        }
    }

    /// <summary>Ends the servers.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);

    /// <summary>Who the caller is, as the daemon said a second ago at most: a role that is taken away holds for that long.</summary>
    internal async Task<WhoamiResponse> KnowCallerAsync(CancellationToken cancellationToken)
    {
        KnownCaller? known = Volatile.Read(ref _caller);
        if (known is null || _setup.Time.GetElapsedTime(known.Since) >= s_remembered)
        {
            long since = _setup.Time.GetTimestamp();
            known = new KnownCaller(await WhoamiAsync(cancellationToken).ConfigureAwait(false), since);
            Volatile.Write(ref _caller, known);
        }

        return known.Caller;
    }

    /// <summary>The server of a name; null: there is none.</summary>
    internal ServerKeeper? Find(string name) => _servers.FirstOrDefault(server => server.Server.Name == name);

    /// <summary>Asks all servers whose offer a caller has any of. A server that does not run, or does not say, has nothing now; the user is told.</summary>
    /// <param name="offer">What is asked for.</param>
    /// <param name="list">Asks one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="McpProtocolException">The daemon refuses the caller, or cannot be reached.</exception>
    internal async Task<List<T>> GatherAsync<T>(ServerOffer offer, Func<ServerKeeper, WhoamiResponse, Task<IEnumerable<T>>> list, CancellationToken cancellationToken)
    {
        try
        {
            WhoamiResponse caller = await WhoamiAsync(cancellationToken).ConfigureAwait(false);
            IEnumerable<T>[] all = await Task.WhenAll(_servers.Where(server => server.Server.AllowsSome(caller, offer)).Select(server => AskAsync(server, offer, () => list(server, caller)))).ConfigureAwait(false);
            return [.. all.SelectMany(own => own)];
        }
        catch (RpcException failure) when (failure.StatusCode != StatusCode.Cancelled)
        {
            throw new McpProtocolException(Refusals.Of(failure).Text, McpErrorCode.InternalError);
        }
    }

    /// <summary>A refusal, as the protocol has it where it has no answer for it.</summary>
    internal static McpProtocolException Error(Refusal refusal, string? address = null)
    {
        McpProtocolException error = new(refusal.Text, refusal.Code is "NOT_FOUND" or CallLine.ServerError or "ACCESS_DENIED" ? McpErrorCode.InvalidParams : McpErrorCode.InternalError);
        if (address is not null)
        {
            error.Data["uri"] = address;
        }

        return error;
    }

    private async Task<IEnumerable<T>> AskAsync<T>(ServerKeeper server, ServerOffer offer, Func<Task<IEnumerable<T>>> list)
    {
        try
        {
            return await list().ConfigureAwait(false);
        }
        catch (ToolException refused)
        {
            _setup.Say(refused.Message);
            return [];
        }
        catch (McpException refused)
        {
            _setup.Say($"{server.Server.Name} does not list its {offer.ToString().ToLowerInvariant()}: {ServerMessages.Visible(refused.Message)}");
            return [];
        }
    }
}
