using System.Reflection;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Resources;
using AgentSandbox.Mcp.Session;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp;

/// <summary>The MCP server before the daemon's API, for one client.</summary>
public static class SandboxServer
{
    /// <summary>What the server calls itself.</summary>
    public const string Name = "agent-sandbox";

    /// <summary>Its version.</summary>
    internal static string Version { get; } = typeof(SandboxServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static readonly TimeSpan s_listsLive = TimeSpan.FromMinutes(1);

    /// <summary>Serves a client until it goes.</summary>
    /// <param name="transport">The client.</param>
    /// <param name="session">What it has.</param>
    /// <param name="log">Where the protocol's own troubles go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(ITransport transport, IClientSession session, ILoggerFactory? log, CancellationToken cancellationToken)
    {
        WhoamiResponse? caller = await TryFindCallerAsync(session, cancellationToken).ConfigureAwait(false);
        McpServer server = McpServer.Create(transport, session.Describe(caller), log);
        await using (server.ConfigureAwait(false))
        {
            await server.RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the server is, for a caller.</summary>
    /// <param name="session">What it has.</param>
    /// <param name="caller">Who it is; null: not known.</param>
    internal static McpServerOptions Options(SandboxSession session, WhoamiResponse? caller)
    {
        SandboxResources resources = new(session);
        return new McpServerOptions
        {
            ServerInfo = new Implementation
            {
                Name = Name, Title = "Sandbox for commands and files", Version = Version,
            },
            ServerInstructions = Instructions.For(caller, session.Template.Profile),
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability(), Resources = new ResourcesCapability() },
            ScopeRequests = false,
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (request, token) => ListAsync(session, token),
                CallToolHandler = (request, token) => CallAsync(session, request, token),
                ListResourcesHandler = (request, token) => resources.ListAsync(token),
                ListResourceTemplatesHandler = (request, token) => ValueTask.FromResult(SandboxResources.Templates()),
                ReadResourceHandler = (request, token) => resources.ReadAsync(request.Params.Uri, token),
            },
        };
    }

    // Null if the daemon is not there now, or refuses the caller: each tool says so when it is used, and the daemon may come.
    private static async Task<WhoamiResponse?> TryFindCallerAsync(IClientSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.WhoamiAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException failure) when (failure.StatusCode != StatusCode.Cancelled)
        {
            return null;
        }
    }

    private static async ValueTask<ListToolsResult> ListAsync(SandboxSession session, CancellationToken cancellationToken) => new()
    {
        Tools = [.. ToolTable.For(await TryFindCallerAsync(session, cancellationToken).ConfigureAwait(false)).Select(tool => tool.Definition.Tool)],
        TimeToLive = s_listsLive,
        CacheScope = CacheScope.Private,
    };

    private static async ValueTask<CallToolResult> CallAsync(SandboxSession session, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        ToolAnswer answer = await ToolTable.CallAsync(
            request.Params.Name,
            tool => new ToolCall(
                session,
                Arguments.Check(tool.Name, tool.InputSchema, request.Params.Arguments),
                new ProgressReport(request.Server, request.Params.ProgressToken),
                cancellationToken)).ConfigureAwait(false);
        return answer.ToResult();
    }
}
