using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>One request, many answers.</summary>
internal sealed class ServerStreamingEndpoint<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler, GrpcServerOptions options, ILogger log)
    : MethodEndpoint<TRequest, TResponse>(method, options, log)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        TRequest request = await call.ReadSingleAsync(Method.RequestMarshaller).ConfigureAwait(false);
        await handler(request, new ResponseStream<TResponse>(call, Method.ResponseMarshaller), call).ConfigureAwait(false);
    }
}
