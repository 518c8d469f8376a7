using Grpc.Core;

namespace AgentSandbox.Grpc.Client;

/// <summary>Writing to a call that may have ended: it takes nothing more, and its answer tells why.</summary>
public static class EndedCall
{
    /// <summary>True if <paramref name="failure"/> is what a write throws when the call has ended.</summary>
    public static bool Explains(Exception failure) => failure is RpcException or InvalidOperationException or OperationCanceledException or IOException;

    /// <summary>Writes to a call.</summary>
    /// <param name="write">One write, or the end of writing.</param>
    /// <returns>False: the call has ended.</returns>
    public static async Task<bool> TryAsync(Func<Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            await write().ConfigureAwait(false);
            return true;
        }
        catch (Exception ended) when (Explains(ended))
        {
            return false;
        }
    }
}
