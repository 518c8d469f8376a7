using AgentSandbox.Grpc.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From a call to its HTTP request.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The HTTP request of a call: its connection, and what middlewares left there.</summary>
    /// <param name="serverCallContext">The call.</param>
    /// <exception cref="InvalidOperationException">The call is not one of this server.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) => serverCallContext is ServerCall call
        ? call.Http
        : throw new InvalidOperationException("the call does not come from an HTTP request of this server");
}
