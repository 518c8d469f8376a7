using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>What differs between two trees, a path at a time, in the order of the bytes of the paths. However deep they are, few directories are open and nothing recurses.</summary>
/// <remarks>All goes by fd beneath the two roots, on their mounts; nothing but regular files is opened, and those only to compare two of the same length. Of a tree that changes meanwhile
/// each path is told as it was when its turn came. The thread needs the right to read both.</remarks>
public sealed class TreeComparison : IDisposable
{
    private const int OpenInAll = 256;
    private const int LeastOpen = 4;
    private const byte Slash = (byte)'/';

    private readonly CancellationToken _cancellation;
    private readonly TreeCursor _before;
    private readonly TreeCursor _after;
    private readonly ChangedLayers _layers;
    private readonly byte[][] _within;
    private readonly PathBuffer _path = new();
    private readonly Stack<SortedSet<byte[]>> _waiting = new(); // for each level what is still to be looked at: a name, or with a slash what lies beneath it

    /// <summary>Compares; nothing is read yet.</summary>
    /// <param name="before">The earlier tree, open with O_PATH; stays the caller's.</param>
    /// <param name="after">The later tree, open with O_PATH; stays the caller's.</param>
    /// <param name="layers">The upper directories of the overlay layers that one has and the other has not: then only what they mention is looked at. Null: everything is.
    /// They say where to look and nothing else; they stay the caller's.</param>
    /// <param name="within">Only what is at this path or beneath.</param>
    /// <param name="cancellation">Ends it.</param>
    public TreeComparison(SafeFileHandle before, SafeFileHandle after, IReadOnlyList<SafeFileHandle>? layers, TreePath within, CancellationToken cancellation)
    {
        int maxOpen = Math.Max(LeastOpen, OpenInAll / (2 + (layers?.Count ?? 0)));
        _cancellation = cancellation;
        _before = new TreeCursor(before, maxOpen);
        _after = new TreeCursor(after, maxOpen);
        _layers = new ChangedLayers(layers, maxOpen);
        _within = [.. within.Parts()];
    }

    /// <summary>The changes, once. Each is closed when the next is asked for.</summary>
    /// <exception cref="SyscallException">EXDEV: another mount lies in a tree. As openat2(2).</exception>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    public IEnumerable<TreeChange> Changes()
    {
        _waiting.Push(Names());
        while (_waiting.TryPeek(out SortedSet<byte[]>? names))
        {
            _cancellation.ThrowIfCancellationRequested();
            if (names.Min is not byte[] next)
            {
                Ascend();
                continue;
            }

            names.Remove(next);
            if (next[^1] == Slash)
            {
                Descend(next[..^1]);
            }
            else if (Compare(next, names) is TreeChange change)
            {
                using (change)
                {
                    yield return change;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _before.Dispose();
        _after.Dispose();
        _layers.Dispose();
    }

    private void Descend(byte[] name)
    {
        _before.Descend(name);
        _after.Descend(name);
        _layers.Descend(name);
        _path.Descend(name);
        _waiting.Push(Names());
    }

    private void Ascend()
    {
        _waiting.Pop();
        if (_waiting.Count > 0)
        {
            _before.Ascend();
            _after.Ascend();
            _layers.Ascend();
            _path.Ascend();
        }
    }

    // What lies beneath a directory has its own turn: "a", "a-b", "a/c" is the order of the bytes.
    private TreeChange? Compare(byte[] name, SortedSet<byte[]> waiting)
    {
        SeenFile? before = Look(_before, name);
        SeenFile? after = null;
        bool differs = false;
        try
        {
            after = Look(_after, name);
            if ((IsDirectory(before) || IsDirectory(after)) && !(before is not null && after is not null && before.IsTheSameFile(after)))
            {
                waiting.Add([.. name, Slash]);
            }

            differs = before is null ? after is not null : after is null || !before.IsAs(after, _cancellation);
            return differs ? new TreeChange(_path.With(name), before, after) : null;
        }
        finally
        {
            if (!differs)
            {
                before?.Dispose();
                after?.Dispose();
            }
        }
    }

    private static SeenFile? Look(TreeCursor tree, byte[] name) => tree.Look(name) is SafeFileHandle handle ? SeenFile.Of(handle, name) : null;

    private static bool IsDirectory(SeenFile? file) => file?.Entry.Kind == EntryKind.Directory;

    private SortedSet<byte[]> Names()
    {
        SortedSet<byte[]> names = new(NameOrder.Instance);
        int level = _waiting.Count;
        foreach (byte[] name in _layers.IsWhole ? Names(_before).Concat(Names(_after)) : _layers.Names(_cancellation))
        {
            if (level >= _within.Length || name.AsSpan().SequenceEqual(_within[level]))
            {
                names.Add(level < _within.Length - 1 ? [.. name, Slash] : name);
            }
        }

        return names;
    }

    private IEnumerable<byte[]> Names(TreeCursor tree)
    {
        using SafeFileHandle? directory = tree.OpenHere();
        foreach (DirectoryEntry entry in directory is null ? [] : FileTree.Entries(directory, _cancellation))
        {
            yield return entry.Name;
        }
    }
}
