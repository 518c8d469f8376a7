using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>Many requests, one answer.</summary>
internal sealed class ClientStreamingEndpoint<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler, GrpcServerOptions options, ILogger log)
    : MethodEndpoint<TRequest, TResponse>(method, options, log)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        TResponse? response = await handler(new RequestStream<TRequest>(call, Method.RequestMarshaller), call).ConfigureAwait(false);
        await call.WriteSingleAsync(response, Method.ResponseMarshaller).ConfigureAwait(false);
    }
}
