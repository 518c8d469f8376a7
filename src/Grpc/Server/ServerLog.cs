using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>What the server logs: each failure once, where it becomes a status.</summary>
internal static partial class ServerLog
{
    public const string Category = "AgentSandbox.Grpc.Server";

    [LoggerMessage(1, LogLevel.Error, "{Method} failed with an exception that no rule translates")]
    public static partial void Failed(ILogger log, Exception exception, string method);

    [LoggerMessage(2, LogLevel.Information, "{Method} ends with {Status}")]
    public static partial void Translated(ILogger log, Exception exception, string method, StatusCode status);

    [LoggerMessage(3, LogLevel.Information, "{Method}: a request is refused: {Reason}")]
    public static partial void Refused(ILogger log, string method, string reason);

    [LoggerMessage(4, LogLevel.Debug, "{Method}: the deadline has passed")]
    public static partial void Late(ILogger log, string method);

    [LoggerMessage(5, LogLevel.Debug, "{Method}: the client has given the call up")]
    public static partial void Abandoned(ILogger log, string method);
}
