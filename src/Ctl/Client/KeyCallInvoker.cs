using Grpc.Core;

namespace AgentSandbox.Ctl.Client;

/// <summary>Sends an API key with every call.</summary>
/// <param name="inner">Makes the calls.</param>
/// <param name="key">The key.</param>
internal sealed class KeyCallInvoker(CallInvoker inner, string key) : CallInvoker
{
    private const string Header = "authorization";

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.BlockingUnaryCall(method, host, WithKey(options), request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.AsyncUnaryCall(method, host, WithKey(options), request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => inner.AsyncServerStreamingCall(method, host, WithKey(options), request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        inner.AsyncClientStreamingCall(method, host, WithKey(options));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        inner.AsyncDuplexStreamingCall(method, host, WithKey(options));

    private CallOptions WithKey(CallOptions options)
    {
        Metadata headers = new() { { Header, $"Bearer {key}" } };
        foreach (Metadata.Entry entry in options.Headers ?? Metadata.Empty)
        {
            headers.Add(entry);
        }

        return options.WithHeaders(headers);
    }
}
