using System.Collections.Concurrent;
using AgentSandbox.Access;

namespace AgentSandbox.Daemon.Api;

/// <summary>How much each owner may have done at the same time; what is more waits for its turn.</summary>
/// <param name="each">How many calls of an owner go on at once.</param>
internal sealed class OwnerTurns(int each)
{
    private readonly ConcurrentDictionary<OwnerId, SemaphoreSlim> _turns = new();

    /// <summary>Waits for a turn of <paramref name="owner"/>, and does <paramref name="work"/>.</summary>
    public async Task<T> RunAsync<T>(OwnerId owner, Func<Task<T>> work, CancellationToken cancelled)
    {
        SemaphoreSlim turns = _turns.GetOrAdd(owner, _ => new SemaphoreSlim(each));
        await turns.WaitAsync(cancelled).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }
}
