using System.Collections.Immutable;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
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
        Offers the tools of several MCP servers, each in a jail of its own: the name of a tool is that of its server, two underscores, and its own.
        Tools that your role does not have, and tools that are not as the user accepted them, are not listed.
        """;

    private readonly GatewaySetup _setup;
    private readonly V1.Host.HostClient _host;
    private readonly ImmutableArray<ServerKeeper> _servers;

    /// <summary>A session; no server runs until it is needed.</summary>
    /// <param name="calls">Calls the daemon as the caller.</param>
    /// <param name="setup">What it works with.</param>
    public GatewaySession(CallInvoker calls, GatewaySetup setup)
    {
        _setup = setup;
        _host = new V1.Host.HostClient(calls);
        V1.Commands.CommandsClient commands = new(calls);
        _servers =
        [
            .. setup.Servers.OrderBy(server => server.Name, StringComparer.Ordinal).Select(server => new ServerKeeper(
                server, token => RunningServer.StartAsync(server.Name, commands, setup.Start(server), setup.Time, token), setup.Time)),
        ];
    }

    /// <inheritdoc/>
    public async Task<WhoamiResponse> WhoamiAsync(CancellationToken cancellationToken) => await _host.WhoamiAsync(new WhoamiRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public McpServerOptions Describe(WhoamiResponse? caller) => new()
    {
        ServerInfo = new Implementation { Name = $"{SandboxServer.Name}-gateway", Title = "MCP servers in jails", Version = SandboxServer.Version },
        ServerInstructions = Instructions,
        Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
        ScopeRequests = false,
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = (request, token) => ListAsync(token),
            CallToolHandler = (request, token) => new ValueTask<CallToolResult>(new GatewayCall(this, _setup, request.Params).RunAsync(token)),
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
            ImmutableArray<Tool> tools = await keeper.WithAsync(running => running.ListAsync(isFresh: true, cancellationToken), cancellationToken).ConfigureAwait(false);
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

    /// <summary>The server of a name; null: there is none.</summary>
    internal ServerKeeper? Find(string name) => _servers.FirstOrDefault(server => server.Server.Name == name);

    private async ValueTask<ListToolsResult> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            WhoamiResponse caller = await WhoamiAsync(cancellationToken).ConfigureAwait(false);
            Tool[][] tools = await Task.WhenAll(_servers.Where(server => server.Server.AllowsSome(caller)).Select(server => ListAsync(server, caller, cancellationToken))).ConfigureAwait(false);
            return new ListToolsResult { Tools = [.. tools.SelectMany(own => own)], TimeToLive = TimeSpan.Zero, CacheScope = CacheScope.Private };
        }
        catch (RpcException failure) when (failure.StatusCode != StatusCode.Cancelled)
        {
            throw new McpProtocolException(Refusals.Of(failure).Text, McpErrorCode.InternalError);
        }
    }

    // A server that does not run has no tools now; the user is told.
    private async Task<Tool[]> ListAsync(ServerKeeper keeper, WhoamiResponse caller, CancellationToken cancellationToken)
    {
        JailedServer server = keeper.Server;
        try
        {
            ImmutableArray<Tool> tools = await keeper.WithAsync(running => running.ListAsync(isFresh: true, cancellationToken), cancellationToken).ConfigureAwait(false);
            ImmutableArray<SeenTool> seen = ToolPinning.CompareOrAccept(server.Name, tools, _setup);
            foreach (SeenTool tool in seen.Where(tool => tool.State != ToolState.Pinned))
            {
                _setup.Say($"{server.Name}: its tool {tool.Tool.Name} is {(tool.State == ToolState.New ? "new" : "not as it was accepted")} and is not offered: look at it with 'sandboxctl mcp tools {server.Name}', then 'sandboxctl mcp approve {server.Name} {tool.Tool.Name}'");
            }

            return [.. seen.Where(tool => tool.State == ToolState.Pinned && server.Allows(caller, tool.Tool.Name)).Select(tool => Offer(server.Name, tool.Tool))];
        }
        catch (ToolException refused)
        {
            _setup.Say(refused.Message);
            return [];
        }
        catch (McpException refused)
        {
            _setup.Say($"{server.Name} does not list its tools: {ServerMessages.Visible(refused.Message)}");
            return [];
        }
    }

    private static Tool Offer(string server, Tool tool) => new()
    {
        Name = $"{server}{Separator}{tool.Name}", Title = tool.Title, Description = tool.Description, InputSchema = tool.InputSchema, OutputSchema = tool.OutputSchema, Annotations = tool.Annotations,
    };
}
