namespace Grpc.Core;

/// <summary>The way to a server: clients are made on it.</summary>
/// <param name="target">What it leads to, for people.</param>
public abstract class ChannelBase(string target)
{
    /// <summary>What it leads to, for people.</summary>
    public string Target => target;

    /// <summary>The means to make calls.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Ends the connections; running calls are cancelled.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>What <see cref="ShutdownAsync"/> does.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
