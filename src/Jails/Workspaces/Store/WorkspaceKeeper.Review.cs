using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

public sealed partial class WorkspaceKeeper
{
    private const ulong InJail = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS;

    /// <summary>Compares two states of a workspace. The caller disposes it.</summary>
    /// <param name="id">The workspace.</param>
    /// <param name="from">A snapshot; null: the newest one, or if there is none what it began as.</param>
    /// <param name="to">A snapshot; null: what it holds now. What a jail changes meanwhile is told as it is when its turn comes.</param>
    /// <param name="within">Only what is at this path or beneath.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="WorkspaceException">The workspace or a snapshot is gone.</exception>
    public WorkspaceComparison Compare(string id, string? from, string? to, TreePath within, CancellationToken cancellation) => Do(id, state =>
    {
        ImmutableArray<LayerRef> first = from is null ? state.Snapshots.LastOrDefault()?.Layers ?? state.Origin : SnapshotOf(state, from).Layers;
        ImmutableArray<LayerRef>? last = to is null ? null : SnapshotOf(state, to).Layers;
        WorkspaceView before = WorkspaceView.Open(_store, state, first);
        try
        {
            return new WorkspaceComparison(before, last is { } layers ? WorkspaceView.Open(_store, state, layers) : Now(state), within, cancellation);
        }
        catch
        {
            before.Dispose();
            throw;
        }
    });

    /// <summary>Opens a snapshot to look at. The caller disposes it.</summary>
    /// <exception cref="WorkspaceException">The workspace or the snapshot is gone.</exception>
    public WorkspaceView Open(string id, string snapshot) => Do(id, state => WorkspaceView.Open(_store, state, SnapshotOf(state, snapshot).Layers));

    /// <summary>Begins a workspace whose content comes as a tar stream. The caller disposes it: what was not completed is gone then.</summary>
    /// <exception cref="PolicyException">This host cannot have it.</exception>
    public Task<WorkspaceImport> ImportAsync(WorkspaceDraft draft) => WorkspaceImport.StartAsync(_store, StateOf(draft));

    /// <summary>Gives the workspace that a fork came from what changed in the fork up to one of its snapshots.</summary>
    /// <param name="fork">The fork.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="overwrite">True: where both changed a path, the fork's is taken.</param>
    /// <param name="cancellation">Ends it; nothing was done then.</param>
    /// <exception cref="CommitConflictException">Both changed the same paths.</exception>
    /// <exception cref="PolicyException">It is no fork, or something runs in the workspace that would change.</exception>
    /// <exception cref="WorkspaceException">One of them is gone, or there is no room.</exception>
    public CommitResult Commit(string fork, string snapshot, bool overwrite, CancellationToken cancellation)
    {
        (WorkspaceState from, ImmutableArray<LayerRef> theirs, LayerPin pin) = Do(fork, state =>
        {
            ImmutableArray<LayerRef> layers = SnapshotOf(state, snapshot).Layers;
            return (state, layers, _store.Pin(layers.Concat(state.Origin)));
        });
        using LayerPin held = pin;
        string id = from.ForkedFromWorkspace ?? throw new PolicyException("id", $"{fork} is no fork of another workspace");
        return Do(id, state =>
        {
            SnapshotState before = Snapshot(state, $"before the commit of {fork}");
            try
            {
                return WhileStill(id, (jail, quiet) => quiet
                    ? Merge(Require(id), before, from.Origin, theirs, overwrite, jail, cancellation)
                    : throw new PolicyException("state", $"something runs in workspace {id}: it cannot be changed"));
            }
            catch
            {
                WorkspaceState now = Require(id);
                _store.Commit(now with { Snapshots = now.Snapshots.RemoveAll(one => one.Id == before.Id) });
                throw;
            }
        });
    }

    private CommitResult Merge(
        WorkspaceState state, SnapshotState before, ImmutableArray<LayerRef> origin, ImmutableArray<LayerRef> theirs, bool overwrite, Jail? jail, CancellationToken cancellation)
    {
        using Volume volume = _store.Open(state);
        if (!volume.IsEmpty(state.Upper))
        {
            throw new PolicyException("state", $"workspace {state.Id} was changed meanwhile: try it again");
        }

        using WorkspaceView source = WorkspaceView.Open(_store, state, theirs);
        (ChangedPaths changes, ChangedPaths apart) = Changes(state, origin, source, overwrite, cancellation);
        LayerRef upper = new(state.Id, MakeLayer(state, volume, LikeOf(state, state.Base)));
        long applied;
        using (WorkspaceView merged = WorkspaceView.Above(_store, state, state.Base, upper))
        using (FileTree sourceTree = source.OpenTree())
        using (FileTree mergedTree = merged.OpenTree())
        {
            applied = new TreeMerge(sourceTree, mergedTree, state.Uid, state.Gid, cancellation).Apply(changes, apart);
        }

        _store.Pass("merge");
        Files.SyncFileSystem(volume.Root);
        WorkspaceState next = state with { Upper = upper.Number };
        Switch(next, jail);
        _store.Collect(state);
        return new CommitResult(next, before, applied);
    }

    private (ChangedPaths Theirs, ChangedPaths Apart) Changes(WorkspaceState state, ImmutableArray<LayerRef> origin, WorkspaceView source, bool overwrite, CancellationToken cancellation)
    {
        using WorkspaceView start = WorkspaceView.Open(_store, state, origin);
        using WorkspaceView now = WorkspaceView.Open(_store, state, state.Base);
        ChangedPaths theirs = WorkspaceComparison.Paths(start, source, cancellation);
        ChangedPaths apart = WorkspaceComparison.Paths(source, now, cancellation);
        if (!overwrite && TreeMerge.Conflicts(theirs, WorkspaceComparison.Paths(start, now, cancellation), apart) is { Count: > 0 } conflicts)
        {
            throw new CommitConflictException([.. conflicts]);
        }

        return (theirs, apart);
    }

    // While a jail has it, its own mount is what tells: a layer that is written is no business of a second one.
    private WorkspaceView Now(WorkspaceState state) => _holders.TryGetValue(state.Id, out WorkspaceHolder? holder)
        ? holder.Jail is Jail jail
            ? WorkspaceView.OfJail(_store, state, () => jail.WithFiles(() => Files.OpenAt(jail.Root, jail.Spec.Workspace, Libc.O_PATH | Libc.O_DIRECTORY, InJail)))
            : throw new PolicyException("state", "a jail is just being made with it")
        : WorkspaceView.Open(_store, state, state.Base.Add(state.Top));
}
