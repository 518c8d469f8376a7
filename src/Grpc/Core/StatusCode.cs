using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>How a call ended. Source: gRPC, "Status codes and their use in gRPC".</summary>
[SuppressMessage("Naming", "CA1720", Justification = "the names of Grpc.Core.Api")]
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, as a rule by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error that nobody classified.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The time of the call ran out.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size or a space ran out.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>Given up, as a rule for a conflict between calls.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>No such method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken; on the wire: a message that is none.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now; the call may be tried again.</summary>
    Unavailable = 14,

    /// <summary>Data is lost for good.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
