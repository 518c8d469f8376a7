using System.Text;
using AgentSandbox.Grpc.Wire;
using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>What failures of the transport mean as a status.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Errors": the table of HTTP/2 error codes.</remarks>
internal static class ClientErrors
{
    public static Status ToStatus(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RpcException said:
                    return said.Status;
                case ResourceExhaustedException:
                    return new(StatusCode.ResourceExhausted, cause.Message);
                case ProtocolViolationException:
                    return new(StatusCode.Internal, cause.Message, cause);
                case HttpProtocolException reset:
                    return new(ToStatusCode(reset.ErrorCode), $"the stream was reset: {reset.Message}", e);
            }
        }

        return e switch
        {
            HttpRequestException or IOException => new(StatusCode.Unavailable, Reasons(e), e),
            OperationCanceledException => new(StatusCode.Cancelled, "the call was cancelled", e),
            _ => new(StatusCode.Internal, Reasons(e), e),
        };
    }

    /// <summary>The status of an HTTP/2 error code.</summary>
    /// <param name="errorCode">The code. Source: RFC 9113, "Error Codes".</param>
    internal static StatusCode ToStatusCode(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable,         // REFUSED_STREAM: not processed, may be tried again
        0x8 => StatusCode.Cancelled,           // CANCEL
        0xb => StatusCode.ResourceExhausted,   // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied,    // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static string Reasons(Exception e)
    {
        StringBuilder text = new(e.Message);
        for (Exception? inner = e.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!e.Message.Contains(inner.Message, StringComparison.Ordinal))
            {
                text.Append(": ").Append(inner.Message);
            }
        }

        return text.ToString();
    }
}
