using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>Makes calls of the four kinds over HTTP/2.</summary>
internal sealed class HttpCallInvoker(HttpMessageInvoker http, UnixChannelOptions channel, CancellationToken shutdown) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        AsyncUnaryCall(method, host, options, request).ResponseAsync.GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        ClientCall<TRequest, TResponse> call = New(method, options);
        call.Start(request, host);
        return new(call.ReadSingleAsync(), call.HeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        ClientCall<TRequest, TResponse> call = New(method, options);
        call.Start(request, host);
        return new(new ClientStreamReader<TRequest, TResponse>(call), call.HeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        ClientCall<TRequest, TResponse> call = New(method, options);
        ClientStreamWriter<TRequest, TResponse> writer = call.StartStream(host);
        return new(writer, call.ReadSingleAsync(), call.HeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        ClientCall<TRequest, TResponse> call = New(method, options);
        ClientStreamWriter<TRequest, TResponse> writer = call.StartStream(host);
        return new(
            writer, new ClientStreamReader<TRequest, TResponse>(call), call.HeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private ClientCall<TRequest, TResponse> New<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class
        where TResponse : class => new(http, channel, method, options, shutdown);
}
