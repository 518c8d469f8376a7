using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>The resources of all servers.</summary>
/// <param name="session">Whose.</param>
/// <param name="setup">What the gateway works with.</param>
internal sealed class GatewayResources(GatewaySession session, GatewaySetup setup)
{
    /// <summary>Lists those with an address.</summary>
    public async ValueTask<ListResourcesResult> ListAsync(CancellationToken cancellationToken) => new()
    {
        Resources = await session.GatherAsync(ServerOffer.Resources, (server, caller) => ListAsync(server, caller, cancellationToken), cancellationToken).ConfigureAwait(false),
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    /// <summary>Lists the templates of addresses.</summary>
    public async ValueTask<ListResourceTemplatesResult> TemplatesAsync(CancellationToken cancellationToken) => new()
    {
        ResourceTemplates = await session.GatherAsync(ServerOffer.Resources, (server, caller) => TemplatesAsync(server, caller, cancellationToken), cancellationToken).ConfigureAwait(false),
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };

    /// <summary>Reads one.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">It is refused.</exception>
    public async ValueTask<ReadResourceResult> ReadAsync(ReadResourceRequestParams asked, ProgressReport progress, CancellationToken cancelled)
    {
        (string server, string address) = GatewayNames.SplitAddress(asked.Uri);
        GatewayCall call = new(session, setup, new GatewayRequest(RequestMethods.ResourcesRead, ServerOffer.Resources, asked.Uri, server, address, null));
        return await call.RunAsync(
            async (keeper, running) => ResultCut.Of(await running.ReadAsync(address, progress, cancelled).ConfigureAwait(false), server, keeper.Server.ResultLimit),
            _ => false,
            refusal => throw GatewaySession.Error(refusal, asked.Uri),
            cancelled).ConfigureAwait(false);
    }

    private static async Task<IEnumerable<Resource>> ListAsync(ServerKeeper keeper, WhoamiResponse caller, CancellationToken cancellationToken)
    {
        JailedServer server = keeper.Server;
        return (await keeper.WithAsync(running => running.ListResourcesAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
            .Where(resource => server.Allows(caller, ServerOffer.Resources, resource.Uri))
            .Select(resource => new Resource
            {
                Uri = GatewayNames.AddressOf(server.Name, resource.Uri), Name = resource.Name, Title = resource.Title, Description = resource.Description, MimeType = resource.MimeType, Annotations = resource.Annotations, Size = resource.Size,
            });
    }

    private static async Task<IEnumerable<ResourceTemplate>> TemplatesAsync(ServerKeeper keeper, WhoamiResponse caller, CancellationToken cancellationToken)
    {
        JailedServer server = keeper.Server;
        return (await keeper.WithAsync(running => running.ListTemplatesAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
            .Where(template => server.Allows(caller, ServerOffer.Resources, template.UriTemplate))
            .Select(template => new ResourceTemplate
            {
                UriTemplate = GatewayNames.AddressOf(server.Name, template.UriTemplate), Name = template.Name, Title = template.Title, Description = template.Description, MimeType = template.MimeType, Annotations = template.Annotations,
            });
    }
}
