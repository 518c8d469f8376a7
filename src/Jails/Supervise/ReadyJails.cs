using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Jails that are made before they are asked for, as many of each profile in use. Each is given away once and never comes back.</summary>
/// <param name="make">Makes one.</param>
/// <param name="later">When they are made.</param>
/// <param name="count">How many of each profile: 0 or more.</param>
internal sealed class ReadyJails(Func<JailProfile, ReadyJail> make, LaterWork later, int count) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Shelf> _shelves = new(StringComparer.Ordinal);

    /// <summary>Takes one that fits <paramref name="request"/>, and has the next one made. Null: there is none. The caller disposes its parts.</summary>
    internal ReadyJail? Take(JailRequest request)
    {
        if (count == 0 || !request.Binds.IsEmpty || request.Workspace is not null || request.EndsWithMaker)
        {
            return null;
        }

        List<ReadyJail> unfit = [];
        ReadyJail? taken = null;
        int missing;
        Shelf shelf;
        lock (_gate)
        {
            shelf = Find(request.Profile, unfit);
            while (taken is null && shelf.Ready.TryDequeue(out ReadyJail? next))
            {
                taken = next.Parts.HasEnded ? null : next;
                unfit.AddRange(taken is null ? [next] : []);
            }

            missing = count - shelf.Ready.Count - shelf.UnderWay;
            shelf.UnderWay += missing;
        }

        foreach (ReadyJail jail in unfit)
        {
            later.Add(jail.Parts.Dispose);
        }

        for (; missing > 0; missing--)
        {
            later.Add(() => Add(shelf)); // may wait, so not under the lock that Add takes
        }

        return taken;
    }

    /// <summary>True if the jail of this id is kept ready.</summary>
    internal bool Has(string id)
    {
        lock (_gate)
        {
            return _shelves.Values.Any(shelf => shelf.Ready.Any(jail => jail.Parts.Id == id));
        }
    }

    /// <summary>Gives up those that nobody took. The later work is over by then: no more are made.</summary>
    public void Dispose()
    {
        foreach (ReadyJail unused in _shelves.Values.SelectMany(shelf => shelf.Ready))
        {
            unused.Parts.Dispose();
        }
    }

    // A profile that was read again is another one: what was made by the old one fits no request.
    private Shelf Find(JailProfile profile, List<ReadyJail> unfit)
    {
        if (_shelves.TryGetValue(profile.Name, out Shelf? shelf) && shelf.Profile == profile)
        {
            return shelf;
        }

        unfit.AddRange(shelf?.Ready ?? []);
        return _shelves[profile.Name] = new Shelf(profile);
    }

    // Whatever is wrong, the next caller, for whom a jail is made on the spot, is told.
    private void Add(Shelf shelf)
    {
        ReadyJail? made = null;
        try
        {
            made = make(shelf.Profile);
        }
        catch (Exception refused) when (refused is SyscallException or PolicyException or ProofException)
        {
            return;
        }
        finally
        {
            bool isWanted;
            lock (_gate)
            {
                shelf.UnderWay--;
                isWanted = _shelves[shelf.Profile.Name] == shelf;
                if (made is not null && isWanted)
                {
                    shelf.Ready.Enqueue(made);
                }
            }

            if (!isWanted)
            {
                made?.Parts.Dispose();
            }
        }
    }

    private sealed class Shelf(JailProfile profile)
    {
        public JailProfile Profile { get; } = profile;

        public Queue<ReadyJail> Ready { get; } = new();

        public int UnderWay { get; set; }
    }
}
