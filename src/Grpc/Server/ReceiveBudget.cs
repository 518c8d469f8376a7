namespace AgentSandbox.Grpc.Server;

/// <summary>
/// Memory for large requests that are on their way, of all clients together. A window bounds what waits unread on a connection; a message that is
/// being put together is read, and only this bounds it. A message that finds no room ends its call with RESOURCE_EXHAUSTED.
/// </summary>
public sealed class ReceiveBudget
{
    /// <summary>A message of at most this size needs no room here: as much may wait in the window anyway.</summary>
    internal const int FreeBytes = 64 * 1024;

    private long _left;

    /// <summary>Makes a budget.</summary>
    /// <param name="maxBytes">Bytes; at least the size of the largest message.</param>
    public ReceiveBudget(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        _left = maxBytes;
    }

    /// <summary>Takes room for a message. False: there is none.</summary>
    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _left, -bytes) >= 0)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    internal void Return(long bytes) => Interlocked.Add(ref _left, bytes);
}
