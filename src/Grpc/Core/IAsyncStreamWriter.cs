namespace Grpc.Core;

/// <summary>A stream of messages to write.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; done when there is room for the next. One write at a time.</summary>
    /// <param name="message">The message.</param>
    Task WriteAsync(T message);

    /// <summary>Writes a message; done when there is room for the next. One write at a time.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the whole call: half a message cannot be taken back.</param>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("this stream has no cancellation of a single write")
        : WriteAsync(message);
}
