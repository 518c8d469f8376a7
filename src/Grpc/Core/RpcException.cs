using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>A call that ended with another status than OK.</summary>
[SuppressMessage("Design", "CA1032", Justification = "the constructors of Grpc.Core.Api: without a status there is no such exception")]
public sealed class RpcException : Exception
{
    /// <summary>Makes the exception of a status.</summary>
    /// <param name="status">How the call ended.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>Makes the exception of a status, with a text of its own.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="message">The text of the exception.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Makes the exception of a status with trailers.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">What went with the status.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Makes the exception of a status with trailers and a text of its own.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">What went with the status.</param>
    /// <param name="message">The text of the exception.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>What went with the status.</summary>
    public Metadata Trailers { get; }
}
