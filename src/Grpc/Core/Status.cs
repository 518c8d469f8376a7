namespace Grpc.Core;

/// <summary>How a call ended, and why.</summary>
public readonly record struct Status
{
    /// <summary>Success.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled, without more.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>Makes a status.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">The reason, for people.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Makes a status that remembers what caused it on this side.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">The reason, for people.</param>
    /// <param name="debugException">What happened here; it never goes on the wire.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The reason, for people: <c>grpc-message</c>.</summary>
    public string Detail { get; }

    /// <summary>What happened on this side; it never goes on the wire.</summary>
    public Exception? DebugException { get; }

    /// <summary>Both parts, for a log.</summary>
    public override string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
