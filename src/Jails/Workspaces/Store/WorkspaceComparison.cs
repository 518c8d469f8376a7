using AgentSandbox.Jails.Workspaces.Review;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What differs between two states of workspaces that share layers. It costs as much as what the layers between them hold.</summary>
public sealed class WorkspaceComparison : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly TreeComparison _trees;

    /// <summary>Compares two views, which it owns.</summary>
    internal WorkspaceComparison(WorkspaceView before, WorkspaceView after, TreePath within, CancellationToken cancellation)
        : this(before, after, within, ownsViews: true, cancellation)
    {
    }

    private WorkspaceComparison(WorkspaceView before, WorkspaceView after, TreePath within, bool ownsViews, CancellationToken cancellation)
    {
        _held.AddRange(ownsViews ? [before, after] : []);
        try
        {
            int shared = before.Layers.Zip(after.Layers).TakeWhile(pair => pair.First == pair.Second).Count();
            List<SafeFileHandle> layers = [];
            foreach ((WorkspaceView view, LayerRef layer) in before.Layers.Skip(shared).Select(layer => (before, layer)).Concat(after.Layers.Skip(shared).Select(layer => (after, layer))))
            {
                layers.Add(view.OpenLayer(layer));
                _held.Add(layers[^1]);
            }

            _trees = new TreeComparison(before.Root, after.Root, layers, within, cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The changes, once, in the order of the bytes of their paths. Each is closed when the next is asked for.</summary>
    /// <exception cref="Kernel.SyscallException">As <see cref="TreeComparison.Changes"/>.</exception>
    public IEnumerable<TreeChange> Changes() => _trees.Changes();

    /// <inheritdoc/>
    public void Dispose()
    {
        _trees?.Dispose();
        _held.Reverse();
        _held.ForEach(one => one.Dispose());
        _held.Clear();
    }

    /// <summary>The paths that differ between two views, which stay the caller's.</summary>
    internal static ChangedPaths Paths(WorkspaceView before, WorkspaceView after, CancellationToken cancellation)
    {
        using WorkspaceComparison comparison = new(before, after, TreePath.Root, ownsViews: false, cancellation);
        return ChangedPaths.Of(comparison.Changes());
    }
}
