using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>Removes a directory with all in it, by fd, however deep it is: what lies deeper than <see cref="MaxOpen"/> levels is moved up first.</summary>
/// <param name="cancellation">Ends it; the jail may fill the directory as fast as it is emptied.</param>
internal sealed class TreeRemoval(CancellationToken cancellation)
{
    private const int MaxOpen = 32;
    private const int EntryBuffer = 8 * 1024;

    private readonly byte[] _buffer = new byte[EntryBuffer];
    private readonly Stack<SafeFileHandle> _open = new();

    /// <summary>Removes <paramref name="name"/> in <paramref name="parent"/>.</summary>
    /// <exception cref="SyscallException">ENOENT: it is not there. EACCES: the jail's user may not. EBUSY: a mount is there.</exception>
    internal void Remove(SafeFileHandle parent, byte[] name)
    {
        Files.Stat(parent, name); // it must be there
        try
        {
            while (!TryRemove(parent, name))
            {
                cancellation.ThrowIfCancellationRequested();
                if (TryDescend(parent, name))
                {
                    Empty();
                }
            }
        }
        finally
        {
            while (_open.TryPop(out SafeFileHandle? directory))
            {
                directory.Dispose();
            }
        }
    }

    /// <summary>Removes a file or link, if it is there.</summary>
    /// <returns>False: it is a directory.</returns>
    internal static bool TryRemoveFile(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        try
        {
            Files.Remove(parent, name);
            return true;
        }
        catch (SyscallException refused) when (refused.Errno is Errno.EISDIR)
        {
            return false;
        }
    }

    // Empties the directory that is open; a directory in it that is not empty is opened in turn, and looked at again afterwards.
    private void Empty()
    {
        SafeFileHandle top = _open.Peek();
        while (_open.TryPeek(out SafeFileHandle? directory))
        {
            if (EmptyOrDescend(top, directory))
            {
                _open.Pop().Dispose();
                if (_open.TryPeek(out SafeFileHandle? above))
                {
                    Files.Rewind(above);
                }
            }
        }
    }

    private bool EmptyOrDescend(SafeFileHandle top, SafeFileHandle directory)
    {
        List<DirectoryEntry> batch = [];
        while (Files.ReadEntries(directory, _buffer, batch))
        {
            foreach (DirectoryEntry entry in batch)
            {
                cancellation.ThrowIfCancellationRequested();
                if (TryRemove(directory, entry.Name))
                {
                    continue;
                }

                if (_open.Count >= MaxOpen)
                {
                    MoveUp(directory, entry.Name, top);
                    continue;
                }

                if (!TryDescend(directory, entry.Name))
                {
                    Files.Rewind(directory);
                }

                return false;
            }

            batch.Clear();
        }

        return true;
    }

    // Gone already is removed too.
    internal static bool TryRemove(SafeFileHandle parent, byte[] name)
    {
        try
        {
            if (!TryRemoveFile(parent, name))
            {
                Files.Remove(parent, name, Libc.AT_REMOVEDIR);
            }

            return true;
        }
        catch (SyscallException refused) when (refused.Errno is Errno.ENOENT or Errno.ENOTEMPTY or Errno.ENOTDIR)
        {
            return refused.Errno == Errno.ENOENT;
        }
    }

    // False: somebody put something else there, which has to be looked at again.
    private bool TryDescend(SafeFileHandle directory, byte[] name)
    {
        try
        {
            _open.Push(Files.OpenBeneath(directory, name, Libc.O_RDONLY | Libc.O_DIRECTORY));
            return true;
        }
        catch (SyscallException changed) when (changed.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return false;
        }
    }

    private void MoveUp(SafeFileHandle directory, byte[] name, SafeFileHandle top)
    {
        try
        {
            Files.Rename(directory, name, top, PendingFile.TemporaryName(), Libc.RENAME_NOREPLACE);
        }
        catch (SyscallException gone) when (gone.Errno == Errno.ENOENT)
        {
            cancellation.ThrowIfCancellationRequested(); // somebody moved or removed it: the next
        }
    }
}
