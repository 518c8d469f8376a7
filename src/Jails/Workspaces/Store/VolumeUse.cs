using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What a volume holds.</summary>
/// <param name="Bytes">What its files take.</param>
/// <param name="Files">How many there are, directories included.</param>
/// <param name="IsFull">True: there is no room for one more block, or one more file.</param>
public sealed record VolumeUse(long Bytes, long Files, bool IsFull)
{
    private const long FullBelow = 16; // blocks: a file needs some to begin with
    private const long OwnFiles = 11; // the first inode that is free: EXT4_GOOD_OLD_FIRST_INO of linux/ext4.h, less by one, and lost+found

    /// <summary>What a file system says of itself.</summary>
    internal static VolumeUse From(statfs space) =>
        new((space.f_blocks - space.f_bfree) * space.f_bsize, Math.Max(0, space.f_files - space.f_ffree - OwnFiles), space.f_bavail < FullBelow || space.f_ffree == 0);
}
