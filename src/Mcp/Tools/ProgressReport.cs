using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Tools;

/// <summary>Tells a client that a call goes on, if it asked for that.</summary>
/// <param name="server">The server, as this call has it.</param>
/// <param name="token">What the client calls it; null: it did not ask.</param>
internal sealed class ProgressReport(McpServer server, ProgressToken? token)
{
    /// <summary>True: the client wants it.</summary>
    public bool IsWanted => token is not null;

    /// <summary>Tells it.</summary>
    /// <param name="done">How far it is; more than the time before.</param>
    /// <param name="message">In words.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task TellAsync(double done, string message, CancellationToken cancellationToken) => token is ProgressToken wanted
        ? server.NotifyProgressAsync(wanted, new ProgressNotificationValue { Progress = (float)done, Message = message }, cancellationToken: cancellationToken)
        : Task.CompletedTask;
}
