using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Tools;

/// <summary>Tells a client that a call goes on, if it asked for that.</summary>
/// <param name="server">The server, as this call has it.</param>
/// <param name="token">What the client calls it; null: it did not ask.</param>
internal sealed class ProgressReport(McpServer? server, ProgressToken? token)
{
    private const int MaxMessage = 1000;

    /// <summary>Nobody asked for it.</summary>
    public static ProgressReport None { get; } = new(null, null);

    /// <summary>True: the client wants it.</summary>
    public bool IsWanted => server is not null && token is not null;

    /// <summary>Tells it.</summary>
    /// <param name="done">How far it is; more than the time before.</param>
    /// <param name="message">In words.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task TellAsync(double done, string message, CancellationToken cancellationToken) => server is not null && token is ProgressToken wanted
        ? server.NotifyProgressAsync(wanted, new ProgressNotificationValue { Progress = (float)done, Message = message }, cancellationToken: cancellationToken)
        : Task.CompletedTask;

    /// <summary>Tells it what somebody else says, within a bound.</summary>
    /// <param name="progress">How far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task TellAsync(ProgressNotificationValue progress, CancellationToken cancellationToken) => server is not null && token is ProgressToken wanted
        ? server.NotifyProgressAsync(wanted, new ProgressNotificationValue { Progress = progress.Progress, Total = progress.Total, Message = progress.Message is { Length: > MaxMessage } lengthy ? lengthy[..MaxMessage] : progress.Message }, cancellationToken: cancellationToken)
        : Task.CompletedTask;
}
