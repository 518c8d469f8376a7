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
public sealed class WorkspaceStore : IDisposable
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
    /// <exception cref="IOException">A state is damaged.</exception>
    public WorkspaceStore(string directory, Action<string>? passed = null)
    {
        _lock = Lock(directory);
        _passed = passed;
        _files = new StateFiles(directory);
        _volumes = new VolumeStore(directory);
        foreach (WorkspaceState state in _files.ReadAll())
        {
            _states[state.Id] = state;
        }

        RemoveVolumesThatNobodyNeeds();
    }

    /// <summary>All workspaces, the oldest first.</summary>
    public ImmutableArray<WorkspaceState> All => [.. _states.Values.OrderBy(state => state.CreatedAt).ThenBy(state => state.Id, StringComparer.Ordinal)];

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

    /// <summary>Keeps layers while somebody looks at them, whatever becomes of their workspace. The caller disposes it.</summary>
    internal LayerPin Pin(IEnumerable<LayerRef> layers)
    {
        LayerPin pin = new([.. layers], Unpin);
        lock (_gate)
        {
            _pins.Add(pin);
        }

        return pin;
    }

    /// <summary>Copies the layers of a workspace that nobody has into a volume of another size.</summary>
    /// <exception cref="PolicyException">They do not fit.</exception>
    internal WorkspaceState Resize(WorkspaceState state)
    {
        _volumes.Replace(state.Id, new VolumeSize(state.SizeBytes, state.MaxFiles), (from, to) =>
        {
            HashSet<LayerRef> needed = Needed();
            foreach (int number in from.Numbers().Where(number => needed.Contains(new LayerRef(state.Id, number))))
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

    /// <summary>Removes, some time soon, what of <paramref name="before"/> no state needs any more.</summary>
    internal void Collect(WorkspaceState before) => Collect(before.Needs);

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

    /// <summary>A change was interrupted: what it made is removed before the next one.</summary>
    internal void Distrust(string id) => _clean.TryRemove(id, out _);

    /// <summary>As <see cref="VolumeStore.WhileAttached"/>.</summary>
    internal T WhileAttached<T>(IReadOnlyList<SafeFileHandle> mounts, Func<T> use) => _volumes.WhileAttached(mounts, use);

    /// <summary>A step is done.</summary>
    internal void Pass(string step) => _passed?.Invoke(step);

    /// <summary>Returns when all is removed that was to be.</summary>
    internal void Settle() => _later.Settle();

    /// <summary>Waits until all is removed that was to be.</summary>
    /// <exception cref="AggregateException">Something could not be removed.</exception>
    public void Dispose()
    {
        try
        {
            _later.Dispose();
        }
        finally
        {
            _lock.Dispose();
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

    private void Unpin(LayerPin pin)
    {
        lock (_gate)
        {
            _pins.Remove(pin);
        }

        Collect(pin.Layers);
    }

    private void Collect(IEnumerable<LayerRef> layers)
    {
        HashSet<LayerRef> needed = Needed();
        foreach (IGrouping<string, LayerRef> dead in layers.Where(layer => !needed.Contains(layer)).Distinct().GroupBy(layer => layer.Volume))
        {
            if (needed.Any(layer => layer.Volume == dead.Key))
            {
                int[] numbers = [.. dead.Select(layer => layer.Number)];
                _later.Add(() => Remove(dead.Key, numbers));
            }
        }

        RemoveVolumesThatNobodyNeeds();
    }

    private void Sweep(WorkspaceState state, Volume volume)
    {
        HashSet<LayerRef> needed = Needed();
        int[] left = [.. volume.Numbers().Where(number => !needed.Contains(new LayerRef(state.Id, number)))];
        Array.ForEach(left, volume.RemoveLayer);
    }

    private HashSet<LayerRef> Needed()
    {
        lock (_gate)
        {
            return [.. _states.Values.SelectMany(state => state.Needs), .. _pins.SelectMany(pin => pin.Layers)];
        }
    }

    private void Remove(string id, int[] numbers)
    {
        if (!_volumes.Ids.Contains(id))
        {
            return; // all of it is gone by now
        }

        using Volume volume = _volumes.Open(id);
        foreach (int number in numbers)
        {
            volume.RemoveLayer(number);
        }
    }

    private void RemoveVolumesThatNobodyNeeds()
    {
        lock (_gate)
        {
            HashSet<string> needed = [.. Needed().Select(layer => layer.Volume)];
            foreach (string id in _volumes.Ids.Where(id => !needed.Contains(id) && !_making.ContainsKey(id)))
            {
                _volumes.Remove(id);
            }
        }
    }
}
