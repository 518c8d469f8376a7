namespace Grpc.Core;

/// <summary>The server's stream of answers.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
