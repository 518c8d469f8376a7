using AgentSandbox.Grpc.Wire;
using Grpc.Core;

namespace AgentSandbox.Grpc.Server;

/// <summary>The requests of a client that streams.</summary>
internal sealed class RequestStream<T>(ServerCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("there is no current message: MoveNext comes first, and returns true");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        using CancellationTokenSource? both = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken)
            : null;
        _current = await call.ReadAsync(marshaller, both?.Token ?? call.CancellationToken).ConfigureAwait(false);
        return _current is not null;
    }
}
