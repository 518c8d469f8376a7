using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>The answers of a server that streams.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;

    public TResponse Current =>
        _current ?? throw new InvalidOperationException("there is no current message: MoveNext comes first, and returns true");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        _current = await call.ReadAsync(cancellationToken).ConfigureAwait(false);
        return _current is not null;
    }
}
