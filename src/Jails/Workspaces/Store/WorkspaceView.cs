using System.Collections.Immutable;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A state of a workspace as a tree that the daemon looks at. What it consists of stays until it is disposed.</summary>
public sealed class WorkspaceView : IDisposable
{
    private const ulong LookOnly = Libc.MOUNT_ATTR_RDONLY | Libc.MOUNT_ATTR_NOSUID | Libc.MOUNT_ATTR_NODEV | Libc.MOUNT_ATTR_NOEXEC;

    private readonly List<IDisposable> _held = [];
    private readonly Dictionary<string, Volume> _volumes = [];
    private SafeFileHandle? _root;

    private WorkspaceView(ImmutableArray<LayerRef> layers)
    {
        Layers = layers;
    }

    /// <summary>The root directory.</summary>
    internal SafeFileHandle Root => _root ?? throw new InvalidOperationException("the view has no root yet");

    /// <summary>What it consists of, the lowest first.</summary>
    internal ImmutableArray<LayerRef> Layers { get; }

    /// <summary>Its files. The caller disposes it.</summary>
    public FileTree OpenTree() => new(Files.Duplicate(Root));

    /// <inheritdoc/>
    public void Dispose()
    {
        _root?.Dispose();
        _held.Reverse();
        _held.ForEach(one => one.Dispose());
        _held.Clear();
    }

    /// <summary>A state of which no layer is written.</summary>
    internal static WorkspaceView Open(WorkspaceStore store, WorkspaceState state, ImmutableArray<LayerRef> layers) => Open(store, state, layers, view =>
    {
        Volume own = view._volumes[state.Id];
        return layers.IsEmpty
            ? Files.OpenBeneath(own.Root, FileName.Encode(Volume.Empty), Libc.O_PATH | Libc.O_DIRECTORY)
            : Overlay.NewReadOnly([new OverlayPart(own.Root, Volume.Empty), .. layers.Select(layer => view.Part(layer, Volume.Data))], LookOnly);
    });

    /// <summary>What a jail sees.</summary>
    /// <param name="store">The store.</param>
    /// <param name="state">The workspace that the jail has.</param>
    /// <param name="root">Opens it.</param>
    internal static WorkspaceView OfJail(WorkspaceStore store, WorkspaceState state, Func<SafeFileHandle> root) => Open(store, state, state.Base.Add(state.Top), _ => root());

    /// <summary>A state upon which a layer is written.</summary>
    internal static WorkspaceView Above(WorkspaceStore store, WorkspaceState state, ImmutableArray<LayerRef> layers, LayerRef upper) => Open(store, state, layers, view => Overlay.New(
        [new OverlayPart(view._volumes[state.Id].Root, Volume.Empty), .. layers.Select(layer => view.Part(layer, Volume.Data))],
        view.Part(upper, Volume.Data),
        view.Part(upper, Volume.Work),
        Libc.MOUNT_ATTR_NOSUID | Libc.MOUNT_ATTR_NODEV | Libc.MOUNT_ATTR_NOEXEC));

    /// <summary>Opens a layer of it. The caller disposes it.</summary>
    internal SafeFileHandle OpenLayer(LayerRef layer) => _volumes[layer.Volume].Open(layer.Number, Volume.Data);

    private static WorkspaceView Open(WorkspaceStore store, WorkspaceState state, ImmutableArray<LayerRef> layers, Func<WorkspaceView, SafeFileHandle> root)
    {
        WorkspaceView view = new(layers);
        try
        {
            view._held.Add(store.Pin(layers));
            foreach (string id in layers.Select(layer => layer.Volume).Append(state.Id).Distinct())
            {
                view._volumes[id] = id == state.Id ? store.Open(state) : store.OpenVolume(id);
                view._held.Add(view._volumes[id]);
            }

            view._root = view.Attached(root);
            return view;
        }
        catch
        {
            view.Dispose();
            throw;
        }
    }

    private SafeFileHandle Attached(Func<WorkspaceView, SafeFileHandle> root)
    {
        try
        {
            return root(this);
        }
        catch (SyscallException refused) when (refused.Errno == Errno.EINVAL && _volumes.Values.Any(volume => !volume.IsPlaced))
        {
            foreach (Volume volume in _volumes.Values)
            {
                volume.Place();
            }

            return root(this);
        }
    }

    private OverlayPart Part(LayerRef layer, string part) => new(_volumes[layer.Volume].Root, FormattableString.Invariant($"{layer.Number}/{part}"));
}
