using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>One request, one answer.</summary>
internal sealed class UnaryEndpoint<TRequest, TResponse>(
    Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler, GrpcServerOptions options, ILogger log)
    : MethodEndpoint<TRequest, TResponse>(method, options, log)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        TRequest request = await call.ReadSingleAsync(Method.RequestMarshaller).ConfigureAwait(false);
        TResponse? response = await handler(request, call).ConfigureAwait(false);
        await call.WriteSingleAsync(response, Method.ResponseMarshaller).ConfigureAwait(false);
    }
}
