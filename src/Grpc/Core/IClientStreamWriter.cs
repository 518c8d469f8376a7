namespace Grpc.Core;

/// <summary>The client's stream of requests.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the stream: the server reads its end. Answers may still come.</summary>
    Task CompleteAsync();
}
