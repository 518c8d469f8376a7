using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Session;

/// <summary>One client of the server: the daemon as this caller has it, its default jails, and what its commands wrote. Disposed, its default jails end.</summary>
public sealed class SandboxSession : IClientSession
{
    /// <summary>A session; nothing is asked until it is needed.</summary>
    /// <param name="calls">Calls the daemon as the caller.</param>
    /// <param name="template">What each new jail has: profile, limits, binds, variables, layers that may lack. A client can change profile and limits only.</param>
    public SandboxSession(CallInvoker calls, JailConfig template)
    {
        Jails = new V1.Jails.JailsClient(calls);
        Commands = new V1.Commands.CommandsClient(calls);
        Files = new V1.Files.FilesClient(calls);
        Host = new V1.Host.HostClient(calls);
        Workspaces = new V1.Workspaces.WorkspacesClient(calls);
        Template = template;
        Defaults = new DefaultJails(this);
    }

    internal V1.Jails.JailsClient Jails { get; }

    internal V1.Commands.CommandsClient Commands { get; }

    internal V1.Files.FilesClient Files { get; }

    internal V1.Host.HostClient Host { get; }

    internal V1.Workspaces.WorkspacesClient Workspaces { get; }

    internal JailConfig Template { get; }

    internal DefaultJails Defaults { get; }

    internal KeptOutputs Outputs { get; } = new();

    /// <inheritdoc/>
    public async Task<WhoamiResponse> WhoamiAsync(CancellationToken cancellationToken) =>
        await Host.WhoamiAsync(new WhoamiRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public McpServerOptions Describe(WhoamiResponse? caller) => SandboxServer.Options(this, caller);

    /// <summary>Ends the default jails.</summary>
    public ValueTask DisposeAsync() => Defaults.DisposeAsync();
}
