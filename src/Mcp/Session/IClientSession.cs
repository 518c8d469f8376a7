using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Session;

/// <summary>What a client of an MCP server of ours has. Disposed, what was made for it ends.</summary>
public interface IClientSession : IAsyncDisposable
{
    /// <summary>Who the daemon takes the caller for, and what it may do.</summary>
    /// <exception cref="RpcException">The daemon refuses the caller, or cannot be reached.</exception>
    Task<WhoamiResponse> WhoamiAsync(CancellationToken cancellationToken);

    /// <summary>What the server is, for a caller.</summary>
    /// <param name="caller">Who it is; null: not known.</param>
    McpServerOptions Describe(WhoamiResponse? caller);
}
