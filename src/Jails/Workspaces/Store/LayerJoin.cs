using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Gives a layer, after <see cref="LayerShedding"/>, all that the one on top of it holds: files get one more name, directories are made again. The upper
/// layer stays as it is, and hides what is done; when it is done the lower one alone shows what both show.</summary>
/// <param name="lower">The layer's files.</param>
/// <param name="upper">Those of the one on top of it.</param>
/// <param name="beneath">What is seen where neither lies.</param>
/// <param name="before">Called before each change.</param>
internal sealed class LayerJoin(SafeFileHandle lower, SafeFileHandle upper, SafeFileHandle beneath, Action before) : IDisposable
{
    private const uint Permissions = 0xfff;
    private const uint NewMode = 0b111_000_000;

    private readonly TreeCursor _lower = new(lower, LayerWalk.MaxOpen);
    private readonly TreeCursor _upper = new(upper, LayerWalk.MaxOpen);
    private readonly TreeCursor _beneath = new(beneath, LayerWalk.MaxOpen);
    private readonly Stack<bool> _hides = new(); // for each level: nothing shows through from beneath

    /// <summary>Does it.</summary>
    /// <exception cref="SyscallException">ENOSPC: the volume is full.</exception>
    internal void Run() => LayerWalk.Go([_lower, _upper, _beneath], Visit, Leave);

    /// <inheritdoc/>
    public void Dispose()
    {
        _lower.Dispose();
        _upper.Dispose();
        _beneath.Dispose();
    }

    private Queue<byte[]> Visit()
    {
        Queue<byte[]> directories = new();
        using SafeFileHandle above = LayerWalk.Here(_upper);
        using SafeFileHandle target = LayerWalk.Here(_lower);
        _hides.Push((_hides.TryPeek(out bool hidden) && hidden) || OverlayMarks.IsOpaque(target));
        foreach (DirectoryEntry entry in FileTree.Entries(above, CancellationToken.None))
        {
            statx file = Files.Stat(above, entry.Name);
            if (OverlayMarks.IsDirectory(file))
            {
                directories.Enqueue(entry.Name);
            }

            if (Files.TryStat(target, entry.Name) is null && (!OverlayMarks.IsWhiteout(file) || ShowsThrough(entry.Name)))
            {
                before();
                Give(above, target, entry.Name, file);
            }
        }

        return directories;
    }

    // A whiteout that hides nothing would be seen, where no other directory lies beneath its own.
    private bool ShowsThrough(byte[] name)
    {
        using SafeFileHandle? hidden = _hides.Peek() ? null : _beneath.Look(name);
        return hidden is not null;
    }

    private static void Give(SafeFileHandle above, SafeFileHandle target, byte[] name, statx file)
    {
        if (OverlayMarks.IsDirectory(file))
        {
            Files.MakeDirectory(target, name, NewMode);
            if (OverlayMarks.IsOpaque(above, name))
            {
                OverlayMarks.MakeOpaque(target, name);
            }

            return;
        }

        try
        {
            Files.MakeHardLink(above, name, target, name);
        }
        catch (SyscallException full) when (full.Errno == Errno.EMLINK && OverlayMarks.IsWhiteout(file))
        {
            Files.MakeSpecial(target, name, Libc.S_IFCHR, 0); // overlayfs uses one as often as it can
        }
    }

    private void Leave()
    {
        _hides.Pop();
        using SafeFileHandle above = LayerWalk.Here(_upper);
        using SafeFileHandle target = LayerWalk.Here(_lower);
        before();
        statx seen = Files.Stat(above);
        Files.ChangeOwner(target, "."u8, seen.stx_uid, seen.stx_gid);
        GiveAttributes(above, target);
        Files.ChangeMode(target, seen.stx_mode & Permissions);
        Files.SetTimes(target, "."u8, seen.stx_atime, seen.stx_mtime);
    }

    private static void GiveAttributes(SafeFileHandle above, SafeFileHandle target)
    {
        Dictionary<string, byte[]> before = Files.ReadAttributes(target).Where(one => IsOwn(one.Name)).ToDictionary(one => one.Name, one => one.Value);
        foreach ((string name, byte[] value) in Files.ReadAttributes(above).Where(one => IsOwn(one.Name)))
        {
            if (!before.Remove(name, out byte[]? old) || !old.AsSpan().SequenceEqual(value))
            {
                Files.SetAttribute(target, name, value);
            }
        }

        foreach (string gone in before.Keys)
        {
            Files.RemoveAttribute(target, gone);
        }
    }

    // The others speak of the layer.
    private static bool IsOwn(string attribute) => attribute.StartsWith("user.", StringComparison.Ordinal) || attribute.StartsWith("system.posix_acl_", StringComparison.Ordinal);
}
