using Grpc.Core;

namespace AgentSandbox.Grpc.Server;

/// <summary>The answers of a method that streams.</summary>
internal sealed class ResponseStream<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T>
    where T : class
{
    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return call.Response.WriteAsync(message, marshaller.ContextualSerializer, WriteOptions?.Flags ?? default, flush: true, cancellationToken);
    }
}
