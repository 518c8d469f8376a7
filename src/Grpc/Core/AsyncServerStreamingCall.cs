namespace Grpc.Core;

/// <summary>A running call: one request, many answers.</summary>
/// <typeparam name="TResponse">The answer.</typeparam>
/// <param name="responseStream">The answers.</param>
/// <param name="responseHeadersAsync">The server's headers.</param>
/// <param name="getStatusFunc">The status, once it ended.</param>
/// <param name="getTrailersFunc">The trailers, once it ended.</param>
/// <param name="disposeAction">Ends it.</param>
public sealed class AsyncServerStreamingCall<TResponse>(
    IAsyncStreamReader<TResponse> responseStream,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    /// <summary>The answers.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream => responseStream;

    /// <summary>The server's headers.</summary>
    public Task<Metadata> ResponseHeadersAsync => responseHeadersAsync;

    /// <summary>How it ended.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public Status GetStatus() => getStatusFunc();

    /// <summary>What went with the status.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Cancels it if it runs, and lets go of what it holds.</summary>
    public void Dispose() => disposeAction();
}
