using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>What a caller says of one call.</summary>
/// <param name="Headers">Sent before the first message.</param>
/// <param name="Deadline">In UTC. The call ends by then, here and on the server; null: no deadline.</param>
/// <param name="CancellationToken">Ends the call.</param>
/// <param name="WriteOptions">How its messages are written.</param>
[SuppressMessage("Design", "CA1068", Justification = "the order of Grpc.Core.Api")]
public readonly record struct CallOptions(
    Metadata? Headers = null, DateTime? Deadline = null, CancellationToken CancellationToken = default, WriteOptions? WriteOptions = null)
{
    /// <summary>These options with other headers.</summary>
    /// <param name="headers">The headers.</param>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>These options with another deadline.</summary>
    /// <param name="deadline">In UTC.</param>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>These options with another token.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>These options with other write options.</summary>
    /// <param name="writeOptions">How messages are written.</param>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };
}
