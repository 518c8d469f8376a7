using AgentSandbox.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Grpc.Server;

/// <summary>Serves one method: what the four kinds of calls have in common.</summary>
internal abstract class MethodEndpoint<TRequest, TResponse>(Method<TRequest, TResponse> method, GrpcServerOptions options, ILogger log)
    where TRequest : class
    where TResponse : class
{
    protected Method<TRequest, TResponse> Method => method;

    /// <summary>Serves one call to its end.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        if (!RequestCheck.TryAdmit(http, out TimeSpan? timeout))
        {
            return;
        }

        if (http.Request.Path.Value != method.FullName)
        {
            RequestCheck.RefuseUnimplemented(http); // routes do not look at the case of letters, gRPC does
            return;
        }

        LiftBodyLimits(http);
        http.Response.Headers[GrpcHeaders.AcceptEncoding] = MessageEncoding.Accepted;
        using ServerCall call = new(http, method, options, timeout);
        Task serving = ServeAsync(call);
        (Status status, Metadata? trailers) = await OutcomeAsync(call, serving).ConfigureAwait(false);
        try
        {
            if (!http.RequestAborted.IsCancellationRequested && !call.IsAbandoned)
            {
                await call.Response.EndAsync(status, trailers, call.DeadlineToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // A method that does not heed its token: the client has its status, and the request's objects live until the method is done with them.
            await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await call.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads, calls the method and writes. The status is not its business.</summary>
    protected abstract Task ServeAsync(ServerCall call);

    private async Task<(Status Status, Metadata? Trailers)> OutcomeAsync(ServerCall call, Task serving)
    {
        try
        {
            await serving.WaitAsync(call.CancellationToken).ConfigureAwait(false);
            return (call.Status, call.GivenTrailers);
        }
        catch (Exception e)
        {
            RpcException outcome = Translate(call, e);
            return (outcome.Status, Merge(call.GivenTrailers, outcome.Trailers));
        }
    }

    private RpcException Translate(ServerCall call, Exception e)
    {
        if (call.IsAbandoned || call.Http.RequestAborted.IsCancellationRequested)
        {
            ServerLog.Abandoned(log, method.FullName);
            return new(Status.DefaultCancelled);
        }

        if (call.IsLate)
        {
            ServerLog.Late(log, method.FullName);
            return new(new Status(StatusCode.DeadlineExceeded, "the deadline of the call has passed"));
        }

        switch (e)
        {
            case RpcException said:
                return said;
            case ResourceExhaustedException:
                ServerLog.Refused(log, method.FullName, e.Message);
                return new(new Status(StatusCode.ResourceExhausted, e.Message));
            case ProtocolViolationException:
                ServerLog.Refused(log, method.FullName, e.Message);
                return new(new Status(StatusCode.Internal, e.Message));
        }

        if (options.Exceptions.Translate(e) is RpcException translated)
        {
            ServerLog.Translated(log, e, method.FullName, translated.StatusCode);
            return translated;
        }

        ServerLog.Failed(log, e, method.FullName);
        return new(new Status(StatusCode.Unknown, "the method failed: the server's log says why"));
    }

    private static Metadata? Merge(Metadata? given, Metadata thrown)
    {
        if (given is null || thrown.Count == 0)
        {
            return given ?? thrown;
        }

        return [.. given, .. thrown];
    }

    private void LiftBodyLimits(HttpContext http)
    {
        // A stream has no size; a message has, and that is checked.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming
            && http.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
