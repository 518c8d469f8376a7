using AgentSandbox.Grpc.Wire;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Grpc.Details;

/// <summary>Statuses with details that a program can read: <c>grpc-status-details-bin</c>.</summary>
/// <remarks>Source: gRPC, "Richer error model"; AIP-193.</remarks>
public static class StatusDetails
{
    /// <summary>The exception that carries a status with details to the client.</summary>
    /// <param name="status">The status.</param>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        Metadata trailers = new() { { GrpcHeaders.StatusDetails, status.ToByteArray() } };
        return new(new Status((StatusCode)status.Code, status.Message), trailers);
    }

    /// <summary>The exception of a status with details.</summary>
    /// <param name="code">The code.</param>
    /// <param name="message">The reason, for people.</param>
    /// <param name="details">Such as <see cref="Google.Rpc.ErrorInfo"/> or <see cref="Google.Rpc.BadRequest"/>.</param>
    public static RpcException NewException(StatusCode code, string message, params IEnumerable<IMessage> details)
    {
        Google.Rpc.Status status = new() { Code = (int)code, Message = message };
        status.Details.AddRange(details.Select(Any.Pack));
        return status.ToRpcException();
    }

    /// <summary>The status with details that came with an exception; null if it has none that can be read.</summary>
    /// <param name="exception">What a call threw.</param>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        try
        {
            return exception.Trailers.GetValueBytes(GrpcHeaders.StatusDetails) is byte[] bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null; // another server's bytes under this name are no reason to lose its status
        }
    }

    /// <summary>The first detail of a kind; null if there is none.</summary>
    /// <typeparam name="T">The kind: <see cref="Google.Rpc.ErrorInfo"/>.</typeparam>
    /// <param name="status">The status.</param>
    public static T? GetDetail<T>(this Google.Rpc.Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        foreach (Any detail in status.Details)
        {
            if (detail.TryUnpack(out T message))
            {
                return message;
            }
        }

        return null;
    }
}
