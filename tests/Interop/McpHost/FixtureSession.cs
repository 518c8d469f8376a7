using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>What the conformance suite calls: its tools, prompts and resources.</summary>
internal sealed class FixtureSession : IClientSession
{
    private static readonly Dictionary<string, FixtureTool> s_tools = new(ContentTools.All.Concat(AskingTools.All).Concat(RoundTools.All), StringComparer.Ordinal);

    public Task<WhoamiResponse> WhoamiAsync(CancellationToken cancellationToken) => Task.FromResult(new WhoamiResponse { Roles = { "admin" } });

    public McpServerOptions Describe(WhoamiResponse? caller) => new()
    {
        ServerInfo = new Implementation { Name = "mcp-test-host", Version = "1" },
        Capabilities = new ServerCapabilities
        {
            Tools = new ToolsCapability(), Prompts = new PromptsCapability(), Resources = new ResourcesCapability { Subscribe = true }, Completions = new CompletionsCapability(), Logging = new LoggingCapability(),
        },
        ScopeRequests = false,
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. s_tools.Select(tool => new Tool { Name = tool.Key, Description = $"The suite's {tool.Key}." })], TimeToLive = TimeSpan.FromMinutes(1), CacheScope = CacheScope.Private }),
            CallToolHandler = (request, token) => s_tools.TryGetValue(request.Params.Name, out FixtureTool? tool) ? tool(request, token) : throw new McpProtocolException("there is no such tool", McpErrorCode.InvalidParams),
            ListPromptsHandler = (_, _) => ValueTask.FromResult(FixturePrompts.List()),
            GetPromptHandler = (request, _) => ValueTask.FromResult(FixturePrompts.Get(request.Params)),
            ListResourcesHandler = (_, _) => ValueTask.FromResult(FixtureResources.List()),
            ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(FixtureResources.Templates()),
            ReadResourceHandler = (request, _) => ValueTask.FromResult(FixtureResources.Read(request.Params.Uri)),
            SubscribeToResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult()),
            UnsubscribeFromResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult()),
            SetLoggingLevelHandler = (_, _) => ValueTask.FromResult(new EmptyResult()),
            CompleteHandler = (_, _) => ValueTask.FromResult(new CompleteResult { Completion = new Completion { Values = [], Total = 0, HasMore = false } }),
        },
    };

    public ValueTask DisposeAsync() => default;
}
