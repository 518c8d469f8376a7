using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>A file as it was when it was looked at.</summary>
/// <param name="Name">Its name in its directory, or its path: bytes, which need not be UTF-8.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Mode">Its permission bits.</param>
/// <param name="ModifiedSeconds">When its content was last changed, in seconds since 1970; whatever its owner set.</param>
/// <param name="ModifiedNanoseconds">The rest of that: 0 to 999,999,999.</param>
public sealed record FileEntry(ReadOnlyMemory<byte> Name, EntryKind Kind, long Size, uint Mode, long ModifiedSeconds, uint ModifiedNanoseconds)
{
    private const uint PermissionBits = 0b111_111_111_111;

    /// <summary>What the kernel says of the file <paramref name="name"/>.</summary>
    public static FileEntry From(ReadOnlyMemory<byte> name, in statx status)
    {
        EntryKind kind = (status.stx_mode & Libc.S_IFMT) switch
        {
            Libc.S_IFREG => EntryKind.Regular,
            Libc.S_IFDIR => EntryKind.Directory,
            Libc.S_IFLNK => EntryKind.Link,
            _ => EntryKind.Other,
        };
        return new FileEntry(name, kind, (long)status.stx_size, status.stx_mode & PermissionBits, status.stx_mtime.tv_sec, status.stx_mtime.tv_nsec);
    }
}
