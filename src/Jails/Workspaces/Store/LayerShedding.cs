using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Removes from a layer what the one on top of it hides. Whoever looks at both sees no difference, at any moment: it may end anywhere, and be begun again.
/// It costs as much as what the upper layer holds, and what is removed. Nobody may have them mounted as an overlay meanwhile.</summary>
/// <param name="lower">The layer's files.</param>
/// <param name="upper">Those of the one on top of it.</param>
/// <param name="before">Called before each change.</param>
internal sealed class LayerShedding(SafeFileHandle lower, SafeFileHandle upper, Action before) : IDisposable
{
    private readonly TreeCursor _lower = new(lower, LayerWalk.MaxOpen);
    private readonly TreeCursor _upper = new(upper, LayerWalk.MaxOpen);

    /// <summary>What it would take to give the lower layer all that the upper one holds.</summary>
    internal LayerNeeds Needs { get; private set; }

    /// <summary>Removes it.</summary>
    /// <param name="stop">Asked before each file: true ends it.</param>
    /// <returns>False: it was ended.</returns>
    /// <exception cref="IOException">There is something in the layers that overlays of ours do not make.</exception>
    internal bool Run(Func<bool> stop) => LayerWalk.Go([_lower, _upper], () => Visit(stop), () => { });

    /// <inheritdoc/>
    public void Dispose()
    {
        _lower.Dispose();
        _upper.Dispose();
    }

    private Queue<byte[]>? Visit(Func<bool> stop)
    {
        Queue<byte[]> directories = new();
        using SafeFileHandle above = LayerWalk.Here(_upper);
        using SafeFileHandle? beneath = _lower.OpenHere();
        foreach (DirectoryEntry entry in FileTree.Entries(above, CancellationToken.None))
        {
            if (stop())
            {
                return null;
            }

            statx seen = Files.Stat(above, entry.Name);
            Needs = Needs.With(seen, entry.Name);
            if (OverlayMarks.IsDirectory(seen))
            {
                directories.Enqueue(entry.Name);
            }

            if (beneath is not null && Files.TryStat(beneath, entry.Name) is statx hidden)
            {
                Shed(beneath, above, entry.Name, hidden, seen);
            }
        }

        return directories;
    }

    private void Shed(SafeFileHandle beneath, SafeFileHandle above, byte[] name, statx hidden, statx seen)
    {
        bool isDirectory = OverlayMarks.IsDirectory(seen);
        bool isOpaque = isDirectory && OverlayMarks.IsOpaque(above, name);
        if (isDirectory ? OverlayMarks.IsDirectory(hidden) && !isOpaque : hidden.stx_ino == seen.stx_ino)
        {
            return; // both are seen as one, or an earlier attempt gave it the lower layer already
        }

        if (isDirectory && !isOpaque)
        {
            before();
            OverlayMarks.MakeOpaque(above, name); // or what lies beneath both would come to light
        }

        before();
        if (OverlayMarks.IsDirectory(hidden))
        {
            new TreeRemoval(CancellationToken.None).Remove(beneath, name);
        }
        else
        {
            Files.Remove(beneath, name);
        }
    }
}
