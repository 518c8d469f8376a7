using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>Many requests, many answers.</summary>
internal sealed class DuplexStreamingEndpoint<TRequest, TResponse>(
    Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler, GrpcServerOptions options, ILogger log)
    : MethodEndpoint<TRequest, TResponse>(method, options, log)
    where TRequest : class
    where TResponse : class
{
    protected override Task ServeAsync(ServerCall call) => handler(
        new RequestStream<TRequest>(call, Method.RequestMarshaller), new ResponseStream<TResponse>(call, Method.ResponseMarshaller), call);
}
