using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>A file of a tree as it is looked at: held by an O_PATH fd, so nothing happens to it. Disposed, that is closed.</summary>
public sealed class SeenFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly statx _status;

    private SeenFile(SafeFileHandle handle, ReadOnlyMemory<byte> name)
    {
        _handle = handle;
        _status = Files.Stat(handle);
        Entry = FileEntry.From(name, _status);
        Target = Entry.Kind == EntryKind.Link ? Files.ReadLinkBytes(handle) : null;
    }

    /// <summary>What it is, by its name in its directory.</summary>
    public FileEntry Entry { get; }

    /// <summary>Where a link points to; null: it is none.</summary>
    public byte[]? Target { get; }

    /// <summary>All that the kernel said of it.</summary>
    internal statx Status => _status;

    /// <summary>The file at <paramref name="handle"/>, which it owns.</summary>
    /// <exception cref="SyscallException">As statx(2).</exception>
    internal static SeenFile Of(SafeFileHandle handle, ReadOnlyMemory<byte> name)
    {
        try
        {
            return new SeenFile(handle, name);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads at most <paramref name="count"/> bytes from its begin on.</summary>
    /// <exception cref="WorkspaceException">Unfit: it is no regular file.</exception>
    /// <exception cref="SyscallException">As open(2) and read(2).</exception>
    public byte[] ReadBegin(int count)
    {
        if (Entry.Kind != EntryKind.Regular)
        {
            throw new WorkspaceException(WorkspaceFault.Unfit, $"{FileName.Show(Entry.Name.Span)}: only regular files are read");
        }

        using SafeFileHandle file = Files.Reopen(_handle, Libc.O_RDONLY);
        byte[] bytes = new byte[(int)Math.Min(count, Entry.Size)];
        int length = 0;
        for (int read; length < bytes.Length && (read = Files.ReadAt(file, bytes.AsSpan(length), length)) > 0;)
        {
            length += read;
        }

        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Writes its content into <paramref name="target"/>, an empty file that is open for writing. Holes stay holes.</summary>
    /// <exception cref="SyscallException">ENOSPC: no room. As read(2) and write(2).</exception>
    internal void CopyTo(SafeFileHandle target, CancellationToken cancellation)
    {
        using ContentReader content = new(Files.Reopen(_handle, Libc.O_RDONLY), Entry.Size);
        content.CopyTo(target, cancellation);
    }

    /// <summary>True if they are the same in all that a reviewer is told: kind, mode, target, content.</summary>
    /// <exception cref="SyscallException">As open(2) and read(2).</exception>
    internal bool IsAs(SeenFile other, CancellationToken cancellation) =>
        IsTheSameFile(other) || (HasTheSameHead(other) && (Entry.Kind != EntryKind.Regular || ContentComparison.AreEqual(_handle, other._handle, Entry.Size, cancellation)));

    /// <summary>True if it is one file that both trees have.</summary>
    internal bool IsTheSameFile(SeenFile other) =>
        _status.stx_ino == other._status.stx_ino && _status.stx_dev_major == other._status.stx_dev_major && _status.stx_dev_minor == other._status.stx_dev_minor;

    private bool HasTheSameHead(SeenFile other)
    {
        bool same = _status.stx_mode == other._status.stx_mode;
        return Entry.Kind switch
        {
            EntryKind.Regular => same && Entry.Size == other.Entry.Size,
            EntryKind.Link => same && Target.AsSpan().SequenceEqual(other.Target),
            EntryKind.Other => same && _status.stx_rdev_major == other._status.stx_rdev_major && _status.stx_rdev_minor == other._status.stx_rdev_minor,
            _ => same,
        };
    }
}
