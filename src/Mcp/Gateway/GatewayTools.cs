using System.Collections.Immutable;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>The tools of all servers, as the user has accepted them.</summary>
/// <param name="session">Whose.</param>
/// <param name="setup">What the gateway works with.</param>
internal sealed class GatewayTools(GatewaySession session, GatewaySetup setup)
{
    /// <summary>Lists them.</summary>
    public async ValueTask<ListToolsResult> ListAsync(CancellationToken cancellationToken) => new()
    {
        Tools = await session.GatherAsync(ServerOffer.Tools, (server, caller) => ListAsync(server, caller, cancellationToken), cancellationToken).ConfigureAwait(false),
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    /// <summary>Calls one. What is refused is an answer.</summary>
    public async ValueTask<CallToolResult> CallAsync(CallToolRequestParams asked, ProgressReport progress, CancellationToken cancelled)
    {
        (string server, string name) = GatewayNames.Split(asked.Name);
        GatewayCall call = new(session, setup, new GatewayRequest(RequestMethods.ToolsCall, ServerOffer.Tools, asked.Name, server, name, asked.Arguments));
        return await call.RunAsync(
            async (keeper, running) =>
            {
                ImmutableArray<SeenTool> tools = ToolPinning.CompareOrAccept(server, await running.ListAsync(isFresh: false, cancelled).ConfigureAwait(false), setup);
                SeenTool seen = tools.FirstOrDefault(one => one.Tool.Name == name) ?? throw call.Unknown();
                if (seen.State != ToolState.Pinned)
                {
                    throw new ToolException(new Refusal(
                        $"{call.Shown} is not offered", seen.State == ToolState.New ? "the user has not accepted it yet" : "it is not as the user accepted it", $"have the user look at it with 'sandboxctl mcp tools {server}', then 'sandboxctl mcp approve {server} {name}'")
                    {
                        Code = "TOOL_NOT_APPROVED",
                    });
                }

                Arguments.Check(call.Shown, seen.Tool.InputSchema, asked.Arguments);
                return ResultCut.Of(await running.CallAsync(name, asked.Arguments, progress, cancelled).ConfigureAwait(false), server, keeper.Server.ResultLimit);
            },
            result => result.IsError == true,
            refusal => new CallToolResult { Content = [new TextContentBlock { Text = refusal.Text }], IsError = true }, // no object: it would not be as the tool's own schema says
            cancelled).ConfigureAwait(false);
    }

    private async Task<IEnumerable<Tool>> ListAsync(ServerKeeper keeper, WhoamiResponse caller, CancellationToken cancellationToken)
    {
        JailedServer server = keeper.Server;
        ImmutableArray<DigestedTool> tools = await keeper.WithAsync(running => running.ListAsync(isFresh: true, cancellationToken), cancellationToken).ConfigureAwait(false);
        ImmutableArray<SeenTool> seen = ToolPinning.CompareOrAccept(server.Name, tools, setup);
        foreach (SeenTool tool in seen.Where(tool => tool.State != ToolState.Pinned))
        {
            setup.Say($"{server.Name}: its tool {tool.Tool.Name} is {(tool.State == ToolState.New ? "new" : "not as it was accepted")} and is not offered: look at it with 'sandboxctl mcp tools {server.Name}', then 'sandboxctl mcp approve {server.Name} {tool.Tool.Name}'");
        }

        return seen.Where(tool => tool.State == ToolState.Pinned && server.Allows(caller, ServerOffer.Tools, tool.Tool.Name)).Select(tool => Offer(server.Name, tool.Tool));
    }

    private static Tool Offer(string server, Tool tool) => new()
    {
        Name = GatewayNames.Of(server, tool.Name), Title = tool.Title, Description = tool.Description, InputSchema = tool.InputSchema, OutputSchema = tool.OutputSchema, Annotations = tool.Annotations,
    };
}
