using System.Collections.Concurrent;
using System.Collections.Immutable;
using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Daemon.Registry;

/// <summary>The jails that the daemon has, from their making to their end.</summary>
/// <param name="store">What a later run of the daemon needs to take hold of them: written before each act.</param>
/// <param name="recorder">Learns of all that happens to them.</param>
internal sealed class JailRegistry(StateStore store, Recorder recorder)
{
    private readonly ConcurrentDictionary<string, JailEntry> _jails = new();

    /// <summary>How many there are.</summary>
    public int Count => _jails.Count;

    /// <summary>How many of them are stuck.</summary>
    public int Stuck => _jails.Values.Count(entry => entry.IsStuck);

    /// <summary>How many commands run in them.</summary>
    public int RunningCommands => _jails.Values.Sum(entry => entry.Running);

    /// <summary>All of them, the oldest first.</summary>
    public ImmutableArray<JailEntry> All => [.. _jails.Values.OrderBy(entry => entry.Record.CreatedAt).ThenBy(entry => entry.Id, StringComparer.Ordinal)];

    /// <summary>Takes in a jail that was just made or adopted; from now on the registry ends it.</summary>
    public void Add(JailEntry entry)
    {
        _jails[entry.Id] = entry;
        entry.WatchLimits(limit => recorder.LimitReached(entry, limit));
        _ = EndWhenDeadAsync(entry);
    }

    /// <summary>The jail with this id, if it is the caller's to see.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="maySee">Whether the caller may see what belongs to an owner.</param>
    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    public JailEntry Find(string id, Func<OwnerId, bool> maySee)
    {
        JailEntry entry = _jails.TryGetValue(id, out JailEntry? found) && maySee(found.Record.Owner) ? found : throw new NotFoundException($"jail {id}");
        entry.Touch();
        return entry;
    }

    /// <summary>The jail with this id, for the daemon itself: it is not used by that. Null: there is none.</summary>
    public JailEntry? Look(string id) => _jails.GetValueOrDefault(id);

    /// <summary>Stops all in a jail where it stands.</summary>
    public void Pause(JailEntry entry)
    {
        entry.Jail.Pause();
        recorder.JailPaused(entry);
    }

    /// <summary>Lets all in a jail go on.</summary>
    public void Resume(JailEntry entry)
    {
        entry.Jail.Resume();
        recorder.JailResumed(entry);
    }

    /// <summary>Gives a jail other limits.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="limits">All of its limits.</param>
    /// <param name="grant">What the owner may have in total.</param>
    /// <exception cref="QuotaException">That would be too much; it has its old limits.</exception>
    public void Update(JailEntry entry, JailLimits limits, Grant grant)
    {
        ResourceTotals before = entry.Share.Amounts;
        entry.Share.Change(ResourceTotals.OfJail(limits, before.Disk), grant);
        try
        {
            entry.Jail.Update(limits, state => store.Save(entry, state));
        }
        catch
        {
            entry.Share.Change(before, grant);
            throw;
        }

        recorder.JailUpdated(entry);
    }

    /// <summary>Ends all in the jail, and the jail. Does nothing if somebody else just did.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="why">Why, in words.</param>
    /// <exception cref="StuckJailException">All in it is killed, and something is not dead yet: it is still there, and ends when it can.</exception>
    public void End(JailEntry entry, string why)
    {
        if (!_jails.TryRemove(entry.Id, out _))
        {
            return;
        }

        if (!entry.TryEnd(why))
        {
            _jails[entry.Id] = entry;
            _ = EndWhenDeadAsync(entry);
            throw new StuckJailException(entry.Id);
        }

        entry.Dispose();
        store.Remove(entry.Id);
        recorder.JailEnded(entry, entry.Why);
    }

    /// <summary>Kills the jails whose time is over; they end when they are dead. Tells of those that are stuck.</summary>
    public void Sweep()
    {
        foreach (JailEntry entry in _jails.Values)
        {
            if (entry.Overdue is string why)
            {
                entry.Kill(why);
            }

            if (entry.BecameStuck())
            {
                recorder.JailStuck(entry);
            }
        }
    }

    private async Task EndWhenDeadAsync(JailEntry entry)
    {
        if (await entry.WaitForEndAsync().ConfigureAwait(false))
        {
            End(entry, entry.Why);
        }
    }
}
