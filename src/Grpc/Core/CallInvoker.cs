namespace Grpc.Core;

/// <summary>The means to make calls of the four kinds.</summary>
public abstract class CallInvoker
{
    /// <summary>A unary call that holds the thread until it is answered.</summary>
    /// <typeparam name="TRequest">The request.</typeparam>
    /// <typeparam name="TResponse">The answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The authority to ask for; null: the channel's own.</param>
    /// <param name="options">What the caller says of it.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="RpcException">It ended with another status than OK.</exception>
    public abstract TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>One request, one answer.</summary>
    /// <typeparam name="TRequest">The request.</typeparam>
    /// <typeparam name="TResponse">The answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The authority to ask for; null: the channel's own.</param>
    /// <param name="options">What the caller says of it.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>One request, many answers.</summary>
    /// <typeparam name="TRequest">The request.</typeparam>
    /// <typeparam name="TResponse">The answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The authority to ask for; null: the channel's own.</param>
    /// <param name="options">What the caller says of it.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Many requests, one answer.</summary>
    /// <typeparam name="TRequest">The request.</typeparam>
    /// <typeparam name="TResponse">The answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The authority to ask for; null: the channel's own.</param>
    /// <param name="options">What the caller says of it.</param>
    public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;

    /// <summary>Many requests, many answers.</summary>
    /// <typeparam name="TRequest">The request.</typeparam>
    /// <typeparam name="TResponse">The answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="host">The authority to ask for; null: the channel's own.</param>
    /// <param name="options">What the caller says of it.</param>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;
}
