using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Gives a tree what changed in another that came from it. Setuid bits are dropped; devices, FIFOs and sockets are left out; links are copied and never followed.</summary>
/// <param name="source">The tree whose changes are taken.</param>
/// <param name="target">The tree that changes. Nobody else writes it meanwhile.</param>
/// <param name="uid">To whom what is made belongs.</param>
/// <param name="gid">Its group.</param>
/// <param name="cancellation">Ends it; a part is done.</param>
internal sealed class TreeMerge(FileTree source, FileTree target, uint uid, uint gid, CancellationToken cancellation)
{
    private const uint Permissions = 0b111_111_111;
    private const uint UsualDirectory = 0b111_101_101;
    private const uint OwnerOnly = 0b110_000_000;

    /// <summary>The paths that both changed and that are not the same now.</summary>
    /// <param name="theirs">What changed in the source.</param>
    /// <param name="ours">What changed in the target.</param>
    /// <param name="apart">What differs between the two now.</param>
    internal static IReadOnlyList<byte[]> Conflicts(ChangedPaths theirs, ChangedPaths ours, ChangedPaths apart)
    {
        SortedSet<byte[]> conflicts = new(NameOrder.Instance);
        conflicts.UnionWith(ours.All.Where(path => apart.Has(path) && (theirs.Has(path) || theirs.HasLostAbove(path))));
        conflicts.UnionWith(theirs.All.Where(path => apart.Has(path) && ours.HasLostAbove(path)));
        return [.. conflicts];
    }

    /// <summary>Takes the source's side of all paths in <paramref name="theirs"/> that differ now.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="SyscallException">ENOSPC: no room.</exception>
    internal long Apply(ChangedPaths theirs, ChangedPaths apart)
    {
        long applied = 0;
        foreach (byte[] path in theirs.All.Where(apart.Has))
        {
            cancellation.ThrowIfCancellationRequested();
            applied += Apply(TreePath.Parse(path)) ? 1 : 0;
        }

        return applied;
    }

    private bool Apply(TreePath path)
    {
        using SeenFile? file = TryLook(source, path);
        if (file?.Entry.Kind == EntryKind.Other)
        {
            return false;
        }

        using SafeFileHandle? parent = file is null ? TryOpenParent(path) : MakeParent(path);
        if (parent is null)
        {
            return true; // it went with what lies above it
        }

        byte[] name = path.Name.ToArray();
        using SeenFile? old = TryLook(target, path);
        bool stays = file?.Entry.Kind == EntryKind.Directory && old?.Entry.Kind == EntryKind.Directory;
        if (old is not null && !stays)
        {
            new TreeRemoval(cancellation).Remove(parent, name);
        }

        if (file is not null)
        {
            Make(parent, name, file, stays);
        }

        return true;
    }

    private void Make(SafeFileHandle parent, byte[] name, SeenFile file, bool isThere)
    {
        switch (file.Entry.Kind)
        {
            case EntryKind.Directory when !isThere:
                Files.MakeDirectory(parent, name, OwnerOnly);
                break;
            case EntryKind.Regular:
                using (SafeFileHandle made = Files.OpenBeneath(parent, name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, OwnerOnly))
                {
                    file.CopyTo(made, cancellation);
                }

                break;
            case EntryKind.Link:
                Files.MakeLink(file.Target, parent, name);
                break;
            default:
                break; // a directory that has another mode
        }

        Files.ChangeOwner(parent, name, uid, gid);
        if (file.Entry.Kind != EntryKind.Link)
        {
            using SafeFileHandle made = Files.OpenBeneath(parent, name, Libc.O_PATH);
            Files.ChangeMode(made, file.Entry.Mode & Permissions);
        }

        Files.SetTimes(parent, name, file.Status.stx_atime, file.Status.stx_mtime);
    }

    private static SeenFile? TryLook(FileTree tree, TreePath path)
    {
        try
        {
            return SeenFile.Of(tree.Look(path), path.Name.ToArray());
        }
        catch (SyscallException absent) when (absent.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return null;
        }
    }

    private SafeFileHandle? TryOpenParent(TreePath path)
    {
        try
        {
            return target.OpenParent(path);
        }
        catch (SyscallException absent) when (absent.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return null;
        }
    }

    // The target may have lost what lies above: then it is made again.
    private SafeFileHandle MakeParent(TreePath path)
    {
        SafeFileHandle directory = target.Look(TreePath.Root);
        foreach (byte[] name in path.Parent.Parts())
        {
            using SafeFileHandle above = directory;
            directory = OpenOrMake(above, name);
        }

        return directory;
    }

    private SafeFileHandle OpenOrMake(SafeFileHandle above, byte[] name)
    {
        const int Anchor = Libc.O_PATH | Libc.O_DIRECTORY;
        try
        {
            return Files.OpenBeneath(above, name, Anchor);
        }
        catch (SyscallException other) when (other.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            if (other.Errno != Errno.ENOENT)
            {
                Files.Remove(above, name);
            }

            Files.MakeDirectory(above, name, UsualDirectory);
            Files.ChangeOwner(above, name, uid, gid);
            return Files.OpenBeneath(above, name, Anchor);
        }
    }
}
