using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>A directory and all beneath it, by fd: whoever changes it meanwhile, nothing outside is ever reached and no link is followed. Disposed, the root is closed.</summary>
/// <param name="root">The directory, open with O_PATH; owned by this object.</param>
/// <remarks>Each call runs with the rights of the thread that makes it: <see cref="Workspace"/> gives it a thread of the jail's user.</remarks>
public sealed class FileTree(SafeFileHandle root) : IDisposable
{
    private const int EntryBuffer = 64 * 1024;
    private const uint DirectoryMode = 0b111_101_101;

    /// <summary>What is at <paramref name="path"/>.</summary>
    /// <exception cref="SyscallException">As openat2(2).</exception>
    public FileEntry Stat(TreePath path)
    {
        using SafeFileHandle file = Look(path);
        return FileEntry.From(path.Bytes, Files.Stat(file));
    }

    /// <summary>The first <paramref name="count"/> entries of a directory after the name <paramref name="after"/>, by the bytes of their names.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="after">A name; empty: from the first on.</param>
    /// <param name="count">1 or more. So many names are held in memory, however many there are.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The entries, and the last name among them if there may be more.</returns>
    /// <exception cref="SyscallException">ENOTDIR: no directory. As openat2(2).</exception>
    public (IReadOnlyList<FileEntry> Entries, byte[]? Last) List(TreePath path, ReadOnlyMemory<byte> after, int count, CancellationToken cancellation)
    {
        using SafeFileHandle directory = OpenDirectory(path);
        SortedSet<byte[]> first = new(NameOrder.Instance);
        foreach (DirectoryEntry entry in Entries(directory, cancellation))
        {
            if (entry.Name.AsSpan().SequenceCompareTo(after.Span) <= 0)
            {
                continue;
            }

            first.Add(entry.Name);
            if (first.Count > count)
            {
                first.Remove(first.Max!);
            }
        }

        List<FileEntry> entries = new(first.Count);
        foreach (byte[] name in first)
        {
            try
            {
                entries.Add(FileEntry.From(name, Files.Stat(directory, name)));
            }
            catch (SyscallException gone) when (gone.Errno == Errno.ENOENT)
            {
                cancellation.ThrowIfCancellationRequested(); // the jail removed it meanwhile: then it is not there
            }
        }

        return (entries, first.Count == count ? first.Max : null);
    }

    /// <summary>Opens a regular file for reading. The caller disposes the handle.</summary>
    /// <exception cref="WorkspaceException">Unfit: it is none.</exception>
    /// <exception cref="SyscallException">EACCES: the jail's user may not read it. As openat2(2).</exception>
    public (SafeFileHandle File, FileEntry Entry) OpenRead(TreePath path)
    {
        using SafeFileHandle seen = Look(path);
        FileEntry entry = FileEntry.From(path.Bytes, Files.Stat(seen));
        return entry.Kind == EntryKind.Regular ? (Files.Reopen(seen, Libc.O_RDONLY), entry) : throw WorkspaceException.Unfit(path, NotRegular(entry.Kind));
    }

    /// <summary>Begins to write a regular file, beside the one that is there. The caller disposes the result: what was not completed is gone then.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Its permission bits; null: those of the file that it replaces, else 0644.</param>
    /// <param name="createOnly">True: nothing may be there.</param>
    /// <exception cref="WorkspaceException">Unfit: what is there is no regular file. Exists: it is there.</exception>
    /// <exception cref="SyscallException">EACCES: the jail's user may not write there. As openat2(2).</exception>
    public PendingFile BeginWrite(TreePath path, uint? mode, bool createOnly)
    {
        const uint UsualMode = 0b110_100_100;
        const uint Permissions = 0b111_111_111;
        SafeFileHandle parent = OpenParent(path);
        try
        {
            FileEntry? old = TryStat(parent, path);
            if (old is not null && (createOnly || old.Kind != EntryKind.Regular))
            {
                throw createOnly ? new WorkspaceException(WorkspaceFault.Exists, $"{path}: something is there already") : WorkspaceException.Unfit(path, NotRegular(old.Kind));
            }

            return PendingFile.Create(parent, path.Name.ToArray(), (mode ?? old?.Mode ?? UsualMode) & Permissions, createOnly);
        }
        catch
        {
            parent.Dispose();
            throw;
        }
    }

    /// <summary>Makes a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="parents">True: with those above it, and it may be there.</param>
    /// <exception cref="SyscallException">EEXIST: something is there. As mkdir(2).</exception>
    public FileEntry MakeDirectory(TreePath path, bool parents)
    {
        if (parents)
        {
            using SafeFileHandle made = OpenOrMake(path);
            return FileEntry.From(path.Bytes, Files.Stat(made));
        }

        using SafeFileHandle parent = OpenParent(path);
        Files.MakeDirectory(parent, path.Name, DirectoryMode);
        return FileEntry.From(path.Bytes, Files.Stat(parent, path.Name));
    }

    /// <summary>Removes a file, link or empty directory, or <paramref name="recursive"/> a directory with all in it. What could not be removed stays, with what lies above it.</summary>
    /// <exception cref="SyscallException">ENOTEMPTY: not empty. As unlink(2).</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="cancellation"/>; a part is gone.</exception>
    public void Remove(TreePath path, bool recursive, CancellationToken cancellation)
    {
        using SafeFileHandle parent = OpenParent(path);
        if (recursive)
        {
            new TreeRemoval(cancellation).Remove(parent, path.Name.ToArray());
        }
        else if (!TreeRemoval.TryRemoveFile(parent, path.Name))
        {
            Files.Remove(parent, path.Name, Libc.AT_REMOVEDIR);
        }
    }

    /// <summary>Gives a file or directory another path.</summary>
    /// <param name="source">The path now.</param>
    /// <param name="target">The path then.</param>
    /// <param name="replace">True: a file that is there is replaced.</param>
    /// <exception cref="SyscallException">EEXIST: something is there. As rename(2).</exception>
    public FileEntry Move(TreePath source, TreePath target, bool replace)
    {
        using SafeFileHandle from = OpenParent(source);
        using SafeFileHandle to = OpenParent(target);
        Files.Rename(from, source.Name, to, target.Name, replace ? 0 : Libc.RENAME_NOREPLACE);
        return FileEntry.From(target.Bytes, Files.Stat(to, target.Name));
    }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    /// <summary>The directory above <paramref name="path"/>, open with O_PATH. The caller disposes it.</summary>
    internal SafeFileHandle OpenParent(TreePath path) => path.IsRoot
        ? throw WorkspaceException.Malformed("the path is empty: the workspace itself cannot be made, moved or removed")
        : Files.OpenBeneath(root, path.Parent.ForKernel, Libc.O_PATH | Libc.O_DIRECTORY);

    /// <summary>The directory <paramref name="path"/>, open with O_PATH, with those above it made where they lack. The caller disposes it.</summary>
    internal SafeFileHandle OpenOrMake(TreePath path)
    {
        SafeFileHandle directory = Look(TreePath.Root);
        foreach (byte[] part in path.Parts())
        {
            using SafeFileHandle above = directory;
            directory = OpenOrMake(above, part);
        }

        return directory;
    }

    /// <summary>The directory <paramref name="path"/>, open for reading. The caller disposes it.</summary>
    internal SafeFileHandle OpenDirectory(TreePath path) => Files.OpenBeneath(root, path.ForKernel, Libc.O_RDONLY | Libc.O_DIRECTORY);

    /// <summary>Whatever is at <paramref name="path"/>, opened with O_PATH: nothing happens to it. The caller disposes it.</summary>
    internal SafeFileHandle Look(TreePath path) => Files.OpenBeneath(root, path.ForKernel, Libc.O_PATH);

    /// <summary>The entries of an open directory.</summary>
    internal static IEnumerable<DirectoryEntry> Entries(SafeFileHandle directory, CancellationToken cancellation)
    {
        byte[] buffer = new byte[EntryBuffer];
        List<DirectoryEntry> batch = [];
        while (Files.ReadEntries(directory, buffer, batch))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (DirectoryEntry entry in batch)
            {
                yield return entry;
            }

            batch.Clear();
        }
    }

    private static SafeFileHandle OpenOrMake(SafeFileHandle above, byte[] part)
    {
        const int Anchor = Libc.O_PATH | Libc.O_DIRECTORY;
        try
        {
            return Files.OpenBeneath(above, part, Anchor);
        }
        catch (SyscallException absent) when (absent.Errno == Errno.ENOENT)
        {
            Files.MakeDirectory(above, part, DirectoryMode);
            return Files.OpenBeneath(above, part, Anchor);
        }
    }

    private static FileEntry? TryStat(SafeFileHandle parent, TreePath path)
    {
        try
        {
            return FileEntry.From(path.Bytes, Files.Stat(parent, path.Name));
        }
        catch (SyscallException absent) when (absent.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    private static string NotRegular(EntryKind kind) => kind switch
    {
        EntryKind.Directory => "it is a directory",
        EntryKind.Link => "it is a link: links are not followed",
        _ => "it is no regular file but a FIFO, socket or device",
    };
}
