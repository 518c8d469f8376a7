using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>What overlay layers say of a place in a tree: which names a layer has been asked to change. A name that none mentions is the same above and beneath them.
/// Disposed, what it opened is closed.</summary>
/// <remarks>Layers must be made without redirects and metadata-only copies. Source: overlayfs.rst, "whiteouts and opaque directories".</remarks>
internal sealed class ChangedLayers : IDisposable
{
    private const string Opaque = "trusted.overlay.opaque";

    private readonly TreeCursor[] _layers;
    private readonly Stack<bool> _whole = new(); // for each level: everything there may differ

    /// <summary>Stands at the root.</summary>
    /// <param name="layers">The upper directories, open with O_PATH; null: nothing is known, so everything may differ.</param>
    /// <param name="maxOpen">How many directories may be open of each: 2 or more.</param>
    internal ChangedLayers(IReadOnlyList<SafeFileHandle>? layers, int maxOpen)
    {
        _layers = [.. (layers ?? []).Select(layer => new TreeCursor(layer, maxOpen))];
        _whole.Push(layers is null || _layers.Any(IsOpaque));
    }

    /// <summary>True: everything here may differ, whatever is mentioned.</summary>
    internal bool IsWhole => _whole.Peek();

    /// <summary>The names that a layer mentions here.</summary>
    /// <exception cref="SyscallException">As openat2(2) and getdents64(2).</exception>
    internal IEnumerable<byte[]> Names(CancellationToken cancellation)
    {
        foreach (TreeCursor layer in _layers)
        {
            using SafeFileHandle? directory = layer.OpenHere();
            foreach (DirectoryEntry entry in directory is null ? [] : FileTree.Entries(directory, cancellation))
            {
                yield return entry.Name;
            }
        }
    }

    /// <summary>Goes down to <paramref name="name"/>.</summary>
    /// <exception cref="SyscallException">As openat2(2).</exception>
    internal void Descend(byte[] name)
    {
        bool whole = IsWhole || _layers.Any(layer => HidesBelow(layer, name));
        foreach (TreeCursor layer in _layers)
        {
            if (whole)
            {
                layer.DescendBlindly(name);
            }
            else
            {
                layer.Descend(name);
            }
        }

        _whole.Push(whole || _layers.Any(IsOpaque));
    }

    /// <summary>Goes up.</summary>
    internal void Ascend()
    {
        _whole.Pop();
        foreach (TreeCursor layer in _layers)
        {
            layer.Ascend();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TreeCursor layer in _layers)
        {
            layer.Dispose();
        }
    }

    // A file, link or whiteout hides the directory of a layer beneath, with all in it.
    private static bool HidesBelow(TreeCursor layer, byte[] name)
    {
        using SafeFileHandle? seen = layer.Look(name);
        return seen is not null && (Files.Stat(seen).stx_mode & Libc.S_IFMT) != Libc.S_IFDIR;
    }

    private static bool IsOpaque(TreeCursor layer)
    {
        using SafeFileHandle? directory = layer.OpenHere();
        return directory is not null && Files.GetAttribute(directory, Opaque) is not null;
    }
}
