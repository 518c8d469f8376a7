using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>Makes an endpoint of each method of a service.</summary>
internal sealed class EndpointBinder(IEndpointRouteBuilder endpoints, GrpcServerOptions options, ILogger log)
    : ServiceBinderBase, IEndpointConventionBuilder
{
    private readonly List<IEndpointConventionBuilder> _endpoints = [];

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new UnaryEndpoint<TRequest, TResponse>(method, Needed(method, handler), options, log).InvokeAsync);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new ClientStreamingEndpoint<TRequest, TResponse>(method, Needed(method, handler), options, log).InvokeAsync);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new ServerStreamingEndpoint<TRequest, TResponse>(method, Needed(method, handler), options, log).InvokeAsync);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new DuplexStreamingEndpoint<TRequest, TResponse>(method, Needed(method, handler), options, log).InvokeAsync);

    public void Add(Action<EndpointBuilder> convention) => _endpoints.ForEach(endpoint => endpoint.Add(convention));

    public void Finally(Action<EndpointBuilder> finallyConvention) => _endpoints.ForEach(endpoint => endpoint.Finally(finallyConvention));

    private static THandler Needed<THandler>(IMethod method, THandler? handler)
        where THandler : class => handler ?? throw new ArgumentException($"{method.FullName} has no handler");

    private void Map(IMethod method, RequestDelegate invoke) =>
        _endpoints.Add(endpoints.Map(RoutePatternFactory.Parse(method.FullName), invoke)
            .WithDisplayName($"gRPC {method.FullName}")
            .WithMetadata(method));
}
