using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
[SuppressMessage("Naming", "CA1711", Justification = "the name of Grpc.Core.Api")]
public enum WriteFlags
{
    /// <summary>At once, compressed if the call is.</summary>
    None = 0,

    /// <summary>More follows: the message may wait for the next write without this flag.</summary>
    BufferHint = 1,

    /// <summary>Not compressed, even if the call is.</summary>
    NoCompress = 2,
}
