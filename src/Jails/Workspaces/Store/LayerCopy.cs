using System.Globalization;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Copies the tree of a layer into an empty one of the same volume, by fd, however deep it is: owners, modes, times, links, and what overlayfs marked.
/// Nobody may change it meanwhile.</summary>
/// <param name="links">An empty directory of the same volume: a file with several names waits there for the next.</param>
internal sealed class LayerCopy(SafeFileHandle links)
{
    private const uint Permissions = 0xfff;

    private readonly Stack<Level> _above = new();
    private readonly HashSet<ulong> _linked = [];

    /// <summary>Copies all in <paramref name="from"/>, and its own mode.</summary>
    /// <exception cref="SyscallException">ENOSPC: the volume is full.</exception>
    /// <exception cref="IOException">The tree was changed meanwhile.</exception>
    internal void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        SafeFileHandle source = Files.OpenBeneath(from, "."u8, Libc.O_RDONLY | Libc.O_DIRECTORY);
        SafeFileHandle target = Files.OpenBeneath(to, "."u8, Libc.O_RDONLY | Libc.O_DIRECTORY);
        try
        {
            Files.ChangeMode(target, Files.Stat(source).stx_mode & Permissions);
            Queue<byte[]> left = CopyEntries(source, target);
            while (true)
            {
                if (left.TryDequeue(out byte[]? name))
                {
                    _above.Push(new Level(Files.Stat(source), left, name));
                    Move(ref source, Files.OpenBeneath(source, name, Libc.O_RDONLY | Libc.O_DIRECTORY));
                    Move(ref target, Files.OpenBeneath(target, name, Libc.O_RDONLY | Libc.O_DIRECTORY));
                    left = CopyEntries(source, target);
                }
                else if (_above.TryPop(out Level? level))
                {
                    statx done = Files.Stat(source);
                    Move(ref source, OpenAbove(source));
                    Move(ref target, OpenAbove(target));
                    if (Files.Stat(source).stx_ino != level.Directory.stx_ino)
                    {
                        throw new IOException("the tree was changed while it was copied");
                    }

                    Files.SetTimes(target, level.Name, done.stx_atime, done.stx_mtime);
                    left = level.Left;
                }
                else
                {
                    return;
                }
            }
        }
        finally
        {
            source.Dispose();
            target.Dispose();
        }
    }

    // Nobody else has the tree: what is above it is where we came from, and that is looked at.
    private static SafeFileHandle OpenAbove(SafeFileHandle directory) => Files.OpenAt(directory, "..", Libc.O_RDONLY | Libc.O_DIRECTORY, Libc.RESOLVE_NO_XDEV | Libc.RESOLVE_NO_SYMLINKS);

    private static void Move(ref SafeFileHandle place, SafeFileHandle next)
    {
        place.Dispose();
        place = next;
    }

    // Copies what is no directory, makes the directories, and returns their names.
    private Queue<byte[]> CopyEntries(SafeFileHandle source, SafeFileHandle target)
    {
        Queue<byte[]> directories = new();
        List<DirectoryEntry> batch = [];
        byte[] buffer = new byte[16 * 1024];
        while (Files.ReadEntries(source, buffer, batch))
        {
            foreach (DirectoryEntry entry in batch)
            {
                statx stat = Files.Stat(source, entry.Name);
                if (CopyEntry(source, target, entry.Name, stat))
                {
                    directories.Enqueue(entry.Name);
                }
            }

            batch.Clear();
        }

        return directories;
    }

    private bool CopyEntry(SafeFileHandle source, SafeFileHandle target, byte[] name, statx stat)
    {
        uint kind = stat.stx_mode & Libc.S_IFMT;
        if (kind != Libc.S_IFDIR && stat.stx_nlink > 1 && TryLink(target, name, stat))
        {
            return false;
        }

        switch (kind)
        {
            case Libc.S_IFDIR:
                Files.MakeDirectory(target, name, 0b111_000_000);
                break;
            case Libc.S_IFLNK:
                using (SafeFileHandle link = Files.OpenBeneath(source, name, Libc.O_PATH))
                {
                    Files.MakeLink(Files.ReadLinkBytes(link), target, name);
                }

                break;
            case Libc.S_IFREG:
                using (SafeFileHandle from = Files.OpenBeneath(source, name, Libc.O_RDONLY))
                using (SafeFileHandle to = Files.OpenBeneath(target, name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, 0b110_000_000))
                {
                    Files.CopyContent(from, to, (long)stat.stx_size);
                }

                break;
            default:
                Files.MakeSpecial(target, name, stat.stx_mode, ((ulong)stat.stx_rdev_major << 8) | stat.stx_rdev_minor);
                break;
        }

        Files.ChangeOwner(target, name, stat.stx_uid, stat.stx_gid);
        if (kind is Libc.S_IFDIR or Libc.S_IFREG)
        {
            CopyAttributes(source, target, name);
            using SafeFileHandle made = Files.OpenBeneath(target, name, Libc.O_PATH);
            Files.ChangeMode(made, stat.stx_mode & Permissions);
        }

        Files.SetTimes(target, name, stat.stx_atime, stat.stx_mtime);
        if (kind != Libc.S_IFDIR && stat.stx_nlink > 1)
        {
            Files.MakeHardLink(target, name, links, NameOf(stat));
            _linked.Add(stat.stx_ino);
        }

        return kind == Libc.S_IFDIR;
    }

    private bool TryLink(SafeFileHandle target, byte[] name, statx stat)
    {
        if (!_linked.Contains(stat.stx_ino))
        {
            return false;
        }

        Files.MakeHardLink(links, NameOf(stat), target, name);
        return true;
    }

    // Of trusted ones only what hides the layers beneath: the rest speaks of the file itself.
    private static void CopyAttributes(SafeFileHandle source, SafeFileHandle target, byte[] name)
    {
        using SafeFileHandle from = Files.OpenBeneath(source, name, Libc.O_PATH);
        using SafeFileHandle to = Files.OpenBeneath(target, name, Libc.O_PATH);
        foreach ((string key, byte[] value) in Files.ReadAttributes(from))
        {
            if (key == OverlayMarks.Opaque || key.StartsWith("user.", StringComparison.Ordinal) || key.StartsWith("system.posix_acl_", StringComparison.Ordinal))
            {
                Files.SetAttribute(to, key, value);
            }
        }
    }

    private static byte[] NameOf(statx stat) => Encoding.ASCII.GetBytes(stat.stx_ino.ToString(CultureInfo.InvariantCulture));

    private sealed record Level(statx Directory, Queue<byte[]> Left, byte[] Name);
}
