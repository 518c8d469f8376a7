using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What is kept of workspaces: states and volumes. A change makes new layers, then writes the state, then removes what no state refers to any more.
/// What no state refers to never was: a crash at any point leaves the state before or after. One for a directory at a time.</summary>
public sealed partial class WorkspaceStore : IDisposable
{
    private const UnixFileMode OwnDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 12;

    private readonly SafeFileHandle _lock; // two that collect what they do not know of would remove each other's
    private readonly Lock _gate = new();
    private readonly StateFiles _files;
    private readonly VolumeStore _volumes;
    private readonly ConcurrentDictionary<string, WorkspaceState> _states = new();
    private readonly LaterWork _later = new();
    private readonly ConcurrentDictionary<string, bool> _making = new(); // volumes that no state refers to yet
    private readonly ConcurrentDictionary<string, bool> _clean = new(); // volumes in which nothing lies that no state refers to
    private readonly List<LayerPin> _pins = []; // what somebody looks at
    private readonly Action<string>? _passed;

    /// <summary>The store in <paramref name="directory"/>, which is made if it is absent.</summary>
    /// <param name="directory">A directory of root's.</param>
    /// <param name="passed">Called after each step of a change with its name; what it throws stops the change there, as a crash would.</param>
    /// <exception cref="IOException">Another process has it.</exception>
    public WorkspaceStore(string directory, Action<string>? passed = null)
    {
        _lock = Lock(directory);
        _passed = passed;
        _files = new StateFiles(directory);
        _volumes = new VolumeStore(directory);
        List<DamagedState> damaged = [];
        foreach (WorkspaceState state in _files.ReadAll(damaged))
        {
            _states[state.Id] = state;
        }

        Damaged = [.. damaged];
        RemoveVolumesThatNobodyNeeds();
    }

    /// <summary>All workspaces, the oldest first.</summary>
    public ImmutableArray<WorkspaceState> All => [.. _states.Values.OrderBy(state => state.CreatedAt).ThenBy(state => state.Id, StringComparer.Ordinal)];

    /// <summary>States that could not be read. While there is one nothing is removed, of any workspace: nobody knows what it refers to.</summary>
    public ImmutableArray<DamagedState> Damaged { get; }

    /// <summary>What is left of workspaces that are gone, because others began as them: the id of each, what its files may take, and one of those that need it.</summary>
    internal ImmutableArray<(string Id, long Bytes, WorkspaceState NeededBy)> Remains()
    {
        lock (_gate)
        {
            return
            [
                .. _states.Values.OrderBy(state => state.CreatedAt)
                    .SelectMany(state => state.Needs.Select(layer => (layer.Volume, State: state)))
                    .Where(needed => !_states.ContainsKey(needed.Volume))
                    .DistinctBy(needed => needed.Volume)
                    .Select(needed => (needed.Volume, _volumes.SizeOf(needed.Volume), needed.State)),
            ];
        }
    }

    /// <summary>The workspaces whose volumes are kept: those that there are, and those that others began as.</summary>
    internal HashSet<string> KeptVolumes()
    {
        lock (_gate)
        {
            return [.. _states.Values.SelectMany(state => state.Needs).Select(layer => layer.Volume)];
        }
    }

    /// <summary>Why this host can have no workspaces; null: it can.</summary>
    public static string? Missing => VolumeStore.Missing;

    /// <summary>The workspace with this id; null: there is none.</summary>
    public WorkspaceState? Find(string id) => _states.GetValueOrDefault(id);

    /// <summary>A new id.</summary>
    /// <param name="prefix"><c>w-</c> or <c>s-</c>.</param>
    internal static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString(IdCharacters, IdLength);

    /// <summary>Keeps a new workspace.</summary>
    internal void Add(WorkspaceState state)
    {
        try
        {
            Begin(state);
            Commit(state);
        }
        finally
        {
            _making.TryRemove(state.Id, out _);
        }
    }

    /// <summary>Makes the volume of a workspace that is not kept yet. <see cref="End"/> follows, after <see cref="Commit"/> or without it.</summary>
    internal void Begin(WorkspaceState state)
    {
        _making[state.Id] = true;
        _volumes.Create(state.Id, new VolumeSize(state.SizeBytes, state.MaxFiles));
        Pass("volume");
    }

    /// <summary>The workspace is made, or there is none.</summary>
    internal void End(WorkspaceState state)
    {
        _making.TryRemove(state.Id, out _);
        RemoveVolumesThatNobodyNeeds();
    }

    /// <summary>Copies the layers of a workspace that nobody has into a volume of another size.</summary>
    /// <exception cref="PolicyException">They do not fit.</exception>
    internal WorkspaceState Resize(WorkspaceState state)
    {
        _volumes.Replace(state.Id, new VolumeSize(state.SizeBytes, state.MaxFiles), (from, to) =>
        {
            HashSet<LayerRef> needed = Needed();
            foreach (int number in from.Numbers().Where(number => !Damaged.IsEmpty || needed.Contains(new LayerRef(state.Id, number))))
            {
                to.CopyLayer(from, number, state.Uid, state.Gid);
            }
        });
        Pass("volume");
        Commit(state);
        return state;
    }

    /// <summary>Writes a state: from here on it is so.</summary>
    internal void Commit(WorkspaceState state)
    {
        Pass("before commit");
        lock (_gate)
        {
            _files.Write(state);
            _states[state.Id] = state;
        }

        Pass("commit");
    }

    /// <summary>Forgets a workspace; what forks need of it stays.</summary>
    internal void Forget(WorkspaceState state)
    {
        Pass("before forget");
        lock (_gate)
        {
            _files.Delete(state.Id);
            _states.TryRemove(state.Id, out _);
        }

        Pass("forget");
        Collect(state);
    }

    /// <summary>Opens the volume of a workspace. The caller disposes it. The first time, what an interrupted change left in it is removed.</summary>
    internal Volume Open(WorkspaceState state)
    {
        Volume volume = _volumes.Open(state.Id);
        try
        {
            int? like = state.Base.LastOrDefault(layer => layer.Volume == state.Id)?.Number;
            if (_clean.TryAdd(state.Id, true))
            {
                Sweep(state, volume);
            }

            volume.LastNumber = Math.Max(volume.LastNumber, state.LastLayer);
            volume.EnsureLayer(state.Upper, state.Uid, state.Gid, like);
            return volume;
        }
        catch
        {
            volume.Dispose();
            throw;
        }
    }

    /// <summary>Opens a volume in which no layer is written any more, or anyway. The caller disposes it.</summary>
    internal Volume OpenVolume(string id) => _volumes.Open(id);

    /// <summary>As <see cref="VolumeStore.LookAtUse"/>.</summary>
    internal VolumeUse LookAtUse(string id) => _volumes.LookAtUse(id);

    /// <summary>A change was interrupted: what it made is removed before the next one.</summary>
    internal void Distrust(string id) => _clean.TryRemove(id, out _);

    /// <summary>As <see cref="VolumeStore.WhileAttached"/>.</summary>
    internal T WhileAttached<T>(IReadOnlyList<SafeFileHandle> mounts, Func<T> use) => _volumes.WhileAttached(mounts, use);

    /// <summary>A step is done.</summary>
    internal void Pass(string step) => _passed?.Invoke(step);

    /// <summary>Returns when all is removed that was to be.</summary>
    internal void Settle()
    {
        _joining.Settle();
        _later.Settle();
    }

    /// <summary>Waits until all is removed that was to be.</summary>
    /// <exception cref="AggregateException">Something could not be removed.</exception>
    public void Dispose()
    {
        _isOver = true;
        try
        {
            _joining.Dispose();
        }
        finally
        {
            try
            {
                _later.Dispose();
            }
            finally
            {
                _files.Dispose();
                _lock.Dispose();
            }
        }
    }

    private static SafeFileHandle Lock(string directory)
    {
        Directory.CreateDirectory(directory, OwnDirectory);
        SafeFileHandle file = Files.Open(Path.Combine(directory, ".lock"), Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, 0b110_000_000);
        if (FileLocks.TryLock(file, 0))
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"another process has the workspaces in {directory}");
    }
}
