using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A running call: many requests, one answer. <c>await</c> gives the answer.</summary>
/// <typeparam name="TRequest">The request.</typeparam>
/// <typeparam name="TResponse">The answer.</typeparam>
/// <param name="requestStream">The requests.</param>
/// <param name="responseAsync">The answer.</param>
/// <param name="responseHeadersAsync">The server's headers.</param>
/// <param name="getStatusFunc">The status, once it ended.</param>
/// <param name="getTrailersFunc">The trailers, once it ended.</param>
/// <param name="disposeAction">Ends it.</param>
public sealed class AsyncClientStreamingCall<TRequest, TResponse>(
    IClientStreamWriter<TRequest> requestStream,
    Task<TResponse> responseAsync,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream => requestStream;

    /// <summary>The answer.</summary>
    public Task<TResponse> ResponseAsync => responseAsync;

    /// <summary>The server's headers.</summary>
    public Task<Metadata> ResponseHeadersAsync => responseHeadersAsync;

    /// <summary>Makes the call itself awaitable.</summary>
    public TaskAwaiter<TResponse> GetAwaiter() => responseAsync.GetAwaiter();

    /// <summary>Awaits without going back to the caller's context.</summary>
    /// <param name="continueOnCapturedContext">False: anywhere.</param>
    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) =>
        responseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>How it ended.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public Status GetStatus() => getStatusFunc();

    /// <summary>What went with the status.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Cancels it if it runs, and lets go of what it holds.</summary>
    public void Dispose() => disposeAction();
}
