using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentSandbox.Mcp.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Hands what a server says of its calls' progress to those who asked for it.</summary>
internal sealed class ServerProgress
{
    private static readonly JsonTypeInfo<ProgressNotificationParams> s_progress = (JsonTypeInfo<ProgressNotificationParams>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ProgressNotificationParams));

    private readonly ConcurrentDictionary<string, ProgressReport> _wanted = new(StringComparer.Ordinal);

    /// <summary>Somebody wants to hear of a call.</summary>
    public void Add(string call, ProgressReport report) => _wanted[call] = report;

    /// <summary>The call has ended.</summary>
    public void Remove(string call) => _wanted.TryRemove(call, out _);

    /// <summary>Hands on what the server says. What nobody wants is dropped.</summary>
    /// <exception cref="JsonException">It is not as the protocol has it.</exception>
    public Task TellAsync(JsonRpcNotification notification, CancellationToken cancellationToken) =>
        notification.Params?.Deserialize(s_progress) is ProgressNotificationParams told && told.ProgressToken.Token is string call && _wanted.TryGetValue(call, out ProgressReport? report)
            ? report.TellAsync(told.Progress, cancellationToken)
            : Task.CompletedTask;
}
