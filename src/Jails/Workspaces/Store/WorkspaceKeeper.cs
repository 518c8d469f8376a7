using System.Collections.Concurrent;
using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Workspaces that outlive a jail: made, given to jails, kept as snapshots, put back, forked and removed. Each is in one jail at a time.</summary>
public sealed partial class WorkspaceKeeper
{
    private const int MaxLayers = 128;
    private const int MaxSnapshots = 1000;

    private readonly WorkspaceStore _store;
    private readonly OverlayMaker _overlays;
    private readonly ConcurrentDictionary<string, WorkspaceGate> _gates = new();
    private readonly ConcurrentDictionary<string, WorkspaceHolder> _holders = new();
    private readonly ConcurrentDictionary<string, int> _empty = new(); // written layers in which nothing is, of workspaces that no jail had since

    internal WorkspaceKeeper(WorkspaceStore store, Spawner spawner)
    {
        _store = store;
        _overlays = new OverlayMaker(store, spawner);
        store.Dropped = JoinLayers;
    }

    /// <summary>All workspaces, the oldest first.</summary>
    public ImmutableArray<WorkspaceState> All => _store.All;

    /// <summary>What is left of workspaces that are gone, because others began as them: the id of each, its size in bytes, and one of those that need it.</summary>
    public ImmutableArray<(string Id, long Bytes, WorkspaceState NeededBy)> Remains() => _store.Remains();

    /// <summary>The ids of workspaces whose storage is kept: those that there are, and those that others began as.</summary>
    public HashSet<string> KeptVolumes() => _store.KeptVolumes();

    /// <summary>The workspace with this id; null: there is none.</summary>
    public WorkspaceState? Find(string id) => _store.Find(id);

    /// <summary>What it holds now.</summary>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public VolumeUse ReadUse(string id) => Do(id, state =>
    {
        using Volume volume = _store.Open(state);
        return volume.ReadUse();
    });

    /// <summary>What it holds, or held when it was last mounted: nothing is mounted to learn it. Null: it is gone.</summary>
    public VolumeUse? LookAtUse(string id)
    {
        try
        {
            return _store.LookAtUse(id);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives one in which nothing runs another size: its volume is made anew, so that it costs what it holds.</summary>
    /// <exception cref="PolicyException">A jail has it, or it holds more.</exception>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public WorkspaceState Resize(string id, long sizeBytes, long maxFiles) => Do(id, state =>
    {
        ThrowIfHeld(id);
        return _store.Resize(state with { SizeBytes = sizeBytes, MaxFiles = maxFiles });
    });

    /// <summary>Makes one, empty.</summary>
    /// <exception cref="PolicyException">This host cannot have it.</exception>
    public WorkspaceState Create(WorkspaceDraft draft)
    {
        WorkspaceState state = StateOf(draft);
        _store.Add(state);
        return state;
    }

    /// <summary>Removes one, with its snapshots.</summary>
    /// <exception cref="PolicyException">A jail has it.</exception>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public void Delete(string id)
    {
        Do(id, state =>
        {
            ThrowIfHeld(id);
            _store.Forget(state);
            return true;
        });
        _empty.TryRemove(id, out _);
        _gates.TryRemove(id, out _);
    }

    /// <summary>Keeps what it holds now. All in its jail stands still meanwhile.</summary>
    /// <exception cref="PolicyException">There are too many snapshots, or the jail cannot stand still.</exception>
    /// <exception cref="WorkspaceException">It is gone, or there is no room for what changed.</exception>
    public SnapshotState Snapshot(string id, string description) => Do(id, state => Snapshot(state, description));

    /// <summary>Removes a snapshot, and those of its layers that nothing else consists of. What later ones hide of the others is removed as soon as nobody has the workspace.</summary>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public void DeleteSnapshot(string id, string snapshot) => Do(id, state =>
    {
        _store.Commit(state with { Snapshots = state.Snapshots.Remove(SnapshotOf(state, snapshot)) });
        _store.Collect(state);
        return true;
    });

    /// <summary>Makes the workspace what a snapshot of it holds. All in its jail stands still meanwhile.</summary>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public WorkspaceState Rollback(string id, string snapshot) => Do(id, state =>
    {
        ImmutableArray<LayerRef> layers = SnapshotOf(state, snapshot).Layers;
        return WhileStill(id, (jail, _) =>
        {
            using Volume volume = _store.Open(state);
            WorkspaceState next = state with { Base = layers, Upper = MakeLayer(state, volume, LikeOf(state, layers)) };
            Switch(next, jail);
            RememberEmpty(next, jail);
            _store.Collect(state);
            return next;
        });
    });

    /// <summary>Makes a workspace that begins as a snapshot of another.</summary>
    /// <param name="id">The other.</param>
    /// <param name="snapshot">The snapshot; null: one is made now.</param>
    /// <param name="draft">The new one.</param>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public WorkspaceState Fork(string id, string? snapshot, WorkspaceDraft draft) => Do(id, state =>
    {
        SnapshotState from = snapshot is null ? Snapshot(state, "forked") : SnapshotOf(state, snapshot);
        WorkspaceState fork = StateOf(draft) with { Base = from.Layers, Origin = from.Layers, ForkedFromWorkspace = id, ForkedFromSnapshot = from.Id };
        _store.Add(fork);
        return fork;
    });

    /// <summary>Approves a snapshot.</summary>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    public SnapshotState Approve(string id, string snapshot, uint uid, string? key) => Do(id, state =>
    {
        SnapshotState before = SnapshotOf(state, snapshot);
        SnapshotState approved = before with { ApprovedByUid = uid, ApprovedByKey = key };
        _store.Commit(state with { Snapshots = state.Snapshots.Replace(before, approved) });
        return approved;
    });

    private static WorkspaceState StateOf(WorkspaceDraft draft) => new()
    {
        Id = WorkspaceStore.NewId("w-"),
        Uid = draft.Uid,
        Gid = draft.Gid,
        Key = draft.Key,
        CreatedAt = DateTimeOffset.UtcNow,
        Labels = draft.Labels,
        SizeBytes = draft.SizeBytes,
        MaxFiles = draft.MaxFiles,
        Upper = 1,
    };

    private SnapshotState Snapshot(WorkspaceState state, string description)
    {
        if (state.Snapshots.Length >= MaxSnapshots || state.Base.Length >= MaxLayers)
        {
            throw new PolicyException("state", $"it has {state.Snapshots.Length} snapshots, in {state.Base.Length} layers, and more than {MaxSnapshots} or {MaxLayers} cannot be: delete it, or go on in a fork of an old one");
        }

        return WhileStill(state.Id, (jail, quiet) =>
        {
            SnapshotState made = new() { Id = WorkspaceStore.NewId("s-"), CreatedAt = DateTimeOffset.UtcNow, Description = description, Layers = state.Base };
            WorkspaceState unchanged = state with { Snapshots = state.Snapshots.Add(made) };
            if (IsKnownEmpty(state))
            {
                _store.Commit(unchanged);
                return made;
            }

            using Volume volume = _store.Open(state);
            if (volume.IsEmpty(state.Upper))
            {
                _store.Commit(unchanged);
                RememberEmpty(state, jail);
                return made;
            }

            made = made with { Layers = state.Base.Add(quiet ? state.Top : new LayerRef(state.Id, Copy(state, volume))) };
            Files.SyncFileSystem(volume.Root);
            WorkspaceState next = state with { Snapshots = state.Snapshots.Add(made) };
            if (quiet)
            {
                next = next with { Base = made.Layers, Upper = MakeLayer(state, volume, state.Upper) };
                Switch(next, jail);
                RememberEmpty(next, jail);
            }
            else
            {
                _store.Commit(next);
            }

            return made;
        });
    }

    private int Copy(WorkspaceState state, Volume volume)
    {
        int number = MakeLayer(state, volume, state.Upper);
        using SafeFileHandle from = volume.Open(state.Upper, Volume.Data);
        volume.CopyTree(from, number);
        _store.Pass("copy");
        return number;
    }

    private int MakeLayer(WorkspaceState state, Volume volume, int? like)
    {
        int number = volume.MakeLayer(state.Uid, state.Gid, like);
        _store.Pass("layer");
        return number;
    }

    // The mount is made before the state is written: what can fail fails before.
    private void Switch(WorkspaceState next, Jail? jail)
    {
        using SafeFileHandle? overlay = jail is null ? null : _overlays.Make(next, jail.Spec, _holders[next.Id]);
        _store.Commit(next);
        jail?.Show(overlay!, jail.Spec, holder: null);
        _store.Pass("switch");
    }

    // To look into a layer of a workspace that no jail has, its volume must be mounted: that is the most of what it costs to find it unchanged.
    private bool IsKnownEmpty(WorkspaceState state) => _empty.TryGetValue(state.Id, out int upper) && upper == state.Upper;

    private void RememberEmpty(WorkspaceState state, Jail? jail)
    {
        if (jail is null)
        {
            _empty[state.Id] = state.Upper;
        }
    }

    private T WhileStill<T>(string id, Func<Jail?, bool, T> act)
    {
        if (!_holders.TryGetValue(id, out WorkspaceHolder? holder))
        {
            return act(null, true);
        }

        Jail jail = holder.Jail ?? throw new PolicyException("state", "a jail is just being made with it");
        T? result = default;
        jail.WhileStill(quiet => result = act(jail, quiet));
        return result!;
    }

    private T Do<T>(string id, Func<WorkspaceState, T> act)
    {
        using (GateOf(id).Enter())
        {
            WorkspaceState state = Require(id);
            try
            {
                return act(state);
            }
            catch (Exception interrupted)
            {
                _store.Distrust(id);
                throw interrupted is SyscallException refused && WorkspaceException.Explain(refused, "") is { Fault: WorkspaceFault.Full } full ? full : interrupted;
            }
        }
    }

    private static int? LikeOf(WorkspaceState state, ImmutableArray<LayerRef> layers) => layers.LastOrDefault() is { } top && top.Volume == state.Id ? top.Number : null;

    private static SnapshotState SnapshotOf(WorkspaceState state, string id) =>
        state.Snapshot(id) ?? throw new WorkspaceException(WorkspaceFault.Absent, $"workspace {state.Id} has no snapshot {id}");

    private WorkspaceState Require(string id) => _store.Find(id) ?? throw new WorkspaceException(WorkspaceFault.Absent, $"there is no workspace {id}");

    private WorkspaceGate GateOf(string id) => _gates.GetOrAdd(id, _ => new WorkspaceGate());
}
