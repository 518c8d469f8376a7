using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>Puts services onto endpoints.</summary>
public static class GrpcEndpoints
{
    /// <summary>Serves a service: <c>app.MapGrpcService(Greeter.BindService(new GreeterService()))</c>.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="service">What <c>BindService</c> of the generated service gives.</param>
    /// <param name="options">What holds for its calls; null: the defaults.</param>
    /// <returns>For conventions on all its methods. Each endpoint has its <see cref="IMethod"/> as metadata.</returns>
    public static IEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder endpoints, ServerServiceDefinition service, GrpcServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(service);
        ILogger log = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(ServerLog.Category);
        EndpointBinder binder = new(endpoints, options ?? new(), log);
        service.BindService(binder);
        return binder;
    }

    /// <summary>Answers every call to a method that no mapped service has, with UNIMPLEMENTED.</summary>
    /// <param name="endpoints">The application.</param>
    public static IEndpointConventionBuilder MapGrpcUnimplemented(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapFallback("{**path}", RefuseAsync);
    }

    /// <summary>
    /// Ends a call before its method is asked, with a status in the place of headers: what a middleware does that turns a caller away.
    /// </summary>
    /// <param name="http">The call. Nothing of its answer may be sent yet.</param>
    /// <param name="status">Why.</param>
    /// <param name="trailers">What goes with the status.</param>
    public static Task RejectGrpcAsync(this HttpContext http, Status status, Metadata? trailers = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ResponseTrailers.WriteAsHeaders(http.Response, status, trailers);
        return http.Response.CompleteAsync();
    }

    private static Task RefuseAsync(HttpContext http)
    {
        if (RequestCheck.TryAdmit(http, out _))
        {
            RequestCheck.RefuseUnimplemented(http);
        }

        return Task.CompletedTask;
    }
}
