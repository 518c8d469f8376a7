using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>The prompts of all servers.</summary>
/// <param name="session">Whose.</param>
/// <param name="setup">What the gateway works with.</param>
internal sealed class GatewayPrompts(GatewaySession session, GatewaySetup setup)
{
    /// <summary>Lists them.</summary>
    public async ValueTask<ListPromptsResult> ListAsync(CancellationToken cancellationToken) => new()
    {
        Prompts = await session.GatherAsync(ServerOffer.Prompts, (server, caller) => ListAsync(server, caller, cancellationToken), cancellationToken).ConfigureAwait(false),
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    /// <summary>Gets one.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">It is refused.</exception>
    public async ValueTask<GetPromptResult> GetAsync(GetPromptRequestParams asked, ProgressReport progress, CancellationToken cancelled)
    {
        (string server, string name) = GatewayNames.Split(asked.Name);
        GatewayCall call = new(session, setup, new GatewayRequest(RequestMethods.PromptsGet, ServerOffer.Prompts, asked.Name, server, name, asked.Arguments));
        return await call.RunAsync(
            async (keeper, running) => ResultCut.Of(await running.GetPromptAsync(name, asked.Arguments, progress, cancelled).ConfigureAwait(false), server, keeper.Server.ResultLimit),
            _ => false,
            refusal => throw GatewaySession.Error(refusal),
            cancelled).ConfigureAwait(false);
    }

    private static async Task<IEnumerable<Prompt>> ListAsync(ServerKeeper keeper, WhoamiResponse caller, CancellationToken cancellationToken)
    {
        JailedServer server = keeper.Server;
        return (await keeper.WithAsync(running => running.ListPromptsAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
            .Where(prompt => server.Allows(caller, ServerOffer.Prompts, prompt.Name))
            .Select(prompt => new Prompt { Name = GatewayNames.Of(server.Name, prompt.Name), Title = prompt.Title, Description = prompt.Description, Arguments = prompt.Arguments });
    }
}
