using System.Threading.Channels;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Somebody who watches events. Disposed, nothing more comes.</summary>
/// <param name="channel">The events on their way.</param>
/// <param name="wanted">Which events are for it.</param>
/// <param name="leave">Takes it from the list of watchers.</param>
internal sealed class EventWatch(Channel<JailEvent> channel, Func<JailEvent, bool> wanted, Action<EventWatch> leave) : IDisposable
{
    private long _lost;

    /// <summary>Waits for the next event.</summary>
    /// <returns>The event, and how many were lost before it.</returns>
    public async ValueTask<(JailEvent Event, long Lost)> NextAsync(CancellationToken cancellationToken)
    {
        JailEvent next = await channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (next, Interlocked.Exchange(ref _lost, 0));
    }

    public void Dispose() => leave(this);

    internal void Offer(JailEvent happened)
    {
        if (wanted(happened) && !channel.Writer.TryWrite(happened))
        {
            Interlocked.Increment(ref _lost);
        }
    }
}
