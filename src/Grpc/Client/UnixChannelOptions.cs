using AgentSandbox.Grpc.Server;

namespace AgentSandbox.Grpc.Client;

/// <summary>What holds for every call of a channel.</summary>
public sealed record UnixChannelOptions
{
    /// <summary>The largest answer message, packed and unpacked, in bytes. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageBytes { get; init; } = GrpcServerOptions.DefaultMaxMessageBytes;

    /// <summary>The largest request message in bytes. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxSendMessageBytes { get; init; } = GrpcServerOptions.DefaultMaxMessageBytes;

    /// <summary>Time within which the socket has to accept a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>While calls run, a server that is silent for so long is asked for a sign of life (PING).</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that does not answer a PING within this time is given up; its calls end with UNAVAILABLE.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Opens further connections when the server's limit of streams for one is reached; else calls wait for a free stream.</summary>
    public bool SeveralConnections { get; init; } = true;

    /// <summary>Sends requests compressed with gzip.</summary>
    public bool CompressRequests { get; init; }
}
