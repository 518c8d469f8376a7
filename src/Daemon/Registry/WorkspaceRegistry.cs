using System.Collections.Concurrent;
using System.Collections.Immutable;
using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces.Store;

namespace AgentSandbox.Daemon.Registry;

/// <summary>The workspaces that outlive jails: whose they are, and what they take of their owners' quotas.</summary>
internal sealed class WorkspaceRegistry
{
    private readonly WorkspaceKeeper _keeper;
    private readonly QuotaLedger _quotas;
    private readonly Recorder _recorder;
    private readonly ConcurrentDictionary<string, QuotaReservation> _shares = new();

    /// <summary>The workspaces that <paramref name="keeper"/> has.</summary>
    public WorkspaceRegistry(WorkspaceKeeper keeper, QuotaLedger quotas, Recorder recorder)
    {
        _keeper = keeper;
        _quotas = quotas;
        _recorder = recorder;
        foreach (WorkspaceState state in keeper.All)
        {
            _shares[state.Id] = quotas.Adopt(OwnerOf(state), Amounts(state.SizeBytes));
        }

        foreach ((string id, long bytes, WorkspaceState neededBy) in keeper.Remains())
        {
            _shares[id] = quotas.Adopt(OwnerOf(neededBy), Amounts(bytes));
        }
    }

    /// <summary>All of them, the oldest first.</summary>
    public ImmutableArray<WorkspaceState> All => _keeper.All;

    /// <summary>To whom it belongs.</summary>
    public static OwnerId OwnerOf(WorkspaceState state) => new(state.Uid, state.Key);

    /// <summary>The workspace with this id, if it is the caller's to see.</summary>
    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    public WorkspaceState Find(string id, Func<OwnerId, bool> maySee) =>
        _keeper.Find(id) is WorkspaceState state && maySee(OwnerOf(state)) ? state : throw new NotFoundException($"workspace {id}");

    /// <summary>A snapshot of it.</summary>
    /// <exception cref="NotFoundException">It has none of this id.</exception>
    public static SnapshotState Find(WorkspaceState state, string snapshot) => state.Snapshot(snapshot) ?? throw new NotFoundException($"snapshot {snapshot} of workspace {state.Id}");

    /// <summary>Makes one.</summary>
    /// <param name="draft">What it is to be.</param>
    /// <param name="grant">What its owner may have in total.</param>
    /// <param name="how">In words.</param>
    /// <param name="make">Makes it.</param>
    /// <exception cref="QuotaException">That would be too much.</exception>
    public async Task<WorkspaceState> AddAsync(WorkspaceDraft draft, Grant grant, string how, Func<Task<WorkspaceState>> make)
    {
        GiveBackWhatIsGone();
        QuotaReservation share = _quotas.Reserve(new OwnerId(draft.Uid, draft.Key), Amounts(draft.SizeBytes), grant);
        WorkspaceState? made = null;
        try
        {
            made = await make().ConfigureAwait(false);
            _recorder.WorkspaceCreated(made, how); // what cannot be put on record is not kept
            _shares[made.Id] = share;
            return made;
        }
        catch
        {
            share.Dispose();
            if (made is not null)
            {
                _keeper.Delete(made.Id);
            }

            throw;
        }
    }

    /// <summary>Gives one another size.</summary>
    /// <exception cref="QuotaException">That would be too much; it has its old size.</exception>
    public WorkspaceState Resize(WorkspaceState state, long sizeBytes, long maxFiles, Grant grant)
    {
        QuotaReservation share = _shares[state.Id];
        share.Change(Amounts(sizeBytes), grant);
        try
        {
            WorkspaceState resized = _keeper.Resize(state.Id, sizeBytes, maxFiles);
            _recorder.WorkspaceUpdated(resized);
            return resized;
        }
        catch
        {
            share.Change(Amounts(state.SizeBytes), grant);
            throw;
        }
    }

    /// <summary>Removes one, with its snapshots. Its owner is charged until no fork needs its storage any more.</summary>
    public void Delete(WorkspaceState state)
    {
        _keeper.Delete(state.Id);
        GiveBackWhatIsGone();
        _recorder.WorkspaceDeleted(state);
    }

    private void GiveBackWhatIsGone()
    {
        HashSet<string> kept = _keeper.KeptVolumes();
        foreach (string id in _shares.Keys.Where(id => !kept.Contains(id)))
        {
            if (_shares.TryRemove(id, out QuotaReservation? share))
            {
                share.Dispose();
            }
        }
    }

    private static ResourceTotals Amounts(long sizeBytes) => ResourceTotals.Zero with { Disk = new ByteSize(sizeBytes) };
}
