namespace Grpc.Core;

/// <summary>A stream of messages to read.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that <see cref="MoveNext"/> read.</summary>
    T Current { get; }

    /// <summary>Reads the next message. False: the other side has ended the stream. One read at a time.</summary>
    /// <param name="cancellationToken">Ends the whole call.</param>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
