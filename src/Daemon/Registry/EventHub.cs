using System.Collections.Concurrent;
using System.Threading.Channels;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Passes events to those who watch. A slow watcher loses events, and is told how many; it never holds up others.</summary>
internal sealed class EventHub
{
    private const int Backlog = 1024;

    private readonly ConcurrentDictionary<EventWatch, bool> _watches = new();

    /// <summary>Tells all who watch.</summary>
    public void Publish(JailEvent happened)
    {
        foreach (EventWatch watch in _watches.Keys)
        {
            watch.Offer(happened);
        }
    }

    /// <summary>Watches from now on, until the result is disposed.</summary>
    /// <param name="wanted">Which events.</param>
    public EventWatch Watch(Func<JailEvent, bool> wanted)
    {
        EventWatch watch = new(Channel.CreateBounded<JailEvent>(Backlog), wanted, gone => _watches.TryRemove(gone, out _));
        _watches[watch] = true;
        return watch;
    }
}
