namespace AgentSandbox.Grpc.Server;

/// <summary>What holds for every call of the services that are mapped with it.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>The size that gRPC implementations agree on: 4 MiB.</summary>
    public const int DefaultMaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>The largest request message, packed and unpacked, in bytes. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>The largest answer message in bytes. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxSendMessageBytes { get; init; } = DefaultMaxMessageBytes;

    /// <summary>Memory for large requests on their way. Services share it that are mapped with the same options.</summary>
    public ReceiveBudget ReceiveBudget { get; init; } = new(64 * 1024 * 1024);

    /// <summary>What exceptions become. What the table does not name becomes UNKNOWN, without its text.</summary>
    public ExceptionTable Exceptions { get; init; } = ExceptionTable.Empty;
}
