using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>A place in a tree, moved down and up by one name at a time, however deep: few directories are open, and those above are opened again from the root when
/// their turn comes. Disposed, all but the root is closed.</summary>
/// <param name="root">The tree, open with O_PATH; stays the caller's.</param>
/// <param name="maxOpen">How many directories may be open: 2 or more.</param>
internal sealed class TreeCursor(SafeFileHandle root, int maxOpen) : IDisposable
{
    private const int LongestPath = 4000; // of one openat2
    private const int Anchor = Libc.O_PATH | Libc.O_DIRECTORY;

    private readonly List<byte[]> _names = []; // of the place
    private readonly List<(int Depth, SafeFileHandle Directory)> _open = []; // the deepest last
    private int _present; // how many of the names the tree has

    /// <summary>True: the tree has a directory here.</summary>
    internal bool IsPresent => _present == _names.Count;

    private SafeFileHandle? OpenedHere => _open.Count > 0 && _open[^1].Depth == _names.Count ? _open[^1].Directory : null;

    /// <summary>Goes down to <paramref name="name"/>, whether or not the tree has such a directory.</summary>
    /// <exception cref="SyscallException">As openat2(2).</exception>
    internal void Descend(byte[] name)
    {
        SafeFileHandle? child = Directory() is SafeFileHandle directory ? TryOpen(directory, name, Anchor) : null;
        _names.Add(name);
        if (child is not null)
        {
            _present++;
            Keep(_names.Count, child);
        }
    }

    /// <summary>Goes down without looking: what is there is not asked for.</summary>
    internal void DescendBlindly(byte[] name) => _names.Add(name);

    /// <summary>Goes up to where it came from.</summary>
    internal void Ascend()
    {
        if (OpenedHere is not null)
        {
            Close(_open.Count - 1);
        }

        _names.RemoveAt(_names.Count - 1);
        _present = Math.Min(_present, _names.Count);
    }

    /// <summary>Whatever has the name <paramref name="name"/> here, opened with O_PATH; null: nothing has. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EXDEV: another mount is there. As openat2(2).</exception>
    internal SafeFileHandle? Look(byte[] name) => Directory() is SafeFileHandle directory ? TryOpen(directory, name, Libc.O_PATH) : null;

    /// <summary>The directory here, opened for reading; null: there is none. The caller disposes it.</summary>
    /// <exception cref="SyscallException">As openat2(2).</exception>
    internal SafeFileHandle? OpenHere() => Directory() is SafeFileHandle directory ? TryOpen(directory, "."u8, Libc.O_RDONLY | Libc.O_DIRECTORY) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_open.Count > 0)
        {
            Close(_open.Count - 1);
        }
    }

    // Null: the tree has none here, or no longer.
    private SafeFileHandle? Directory() => !IsPresent ? null : _names.Count == 0 ? root : OpenedHere ?? OpenAgain();

    // Half of those that may be open, so that going up from 10,000 levels begins at the root a few hundred times and not 10,000 times.
    private SafeFileHandle? OpenAgain()
    {
        Dispose();
        int first = Math.Max(1, _names.Count - (maxOpen / 2) + 1);
        SafeFileHandle? directory = Walk(first);
        for (int depth = first; directory is not null; depth++)
        {
            Keep(depth, directory);
            if (depth == _names.Count)
            {
                return directory;
            }

            directory = TryOpen(directory, _names[depth], Anchor);
        }

        _present = _names.Count - 1; // somebody removed or moved it meanwhile: then it is not there
        return null;
    }

    // From the root to a depth, as many names at once as the kernel takes.
    private SafeFileHandle? Walk(int depth)
    {
        SafeFileHandle? at = null;
        MemoryStream path = new();
        for (int i = 0; i < depth; i++)
        {
            path.Write(_names[i]);
            if (i + 1 < depth && path.Length + 1 + _names[i + 1].Length <= LongestPath)
            {
                path.WriteByte((byte)'/');
                continue;
            }

            using SafeFileHandle? above = at;
            at = TryOpen(above ?? root, path.ToArray(), Anchor);
            if (at is null)
            {
                return null;
            }

            path.SetLength(0);
        }

        return at;
    }

    private void Keep(int depth, SafeFileHandle directory)
    {
        if (_open.Count >= maxOpen)
        {
            Close(0);
        }

        _open.Add((depth, directory));
    }

    private void Close(int index)
    {
        _open[index].Directory.Dispose();
        _open.RemoveAt(index);
    }

    private static SafeFileHandle? TryOpen(SafeFileHandle directory, ReadOnlySpan<byte> path, int flags)
    {
        try
        {
            return Files.OpenBeneath(directory, path, flags);
        }
        catch (SyscallException absent) when (absent.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return null;
        }
    }
}
