using System.Buffers.Binary;
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

    private const int SuperblockAt = 1024;
    private const int SuperblockLength = 1024;
    private const int SmallestBlock = 1024;

    /// <summary>What a file system says of itself.</summary>
    internal static VolumeUse From(statfs space) =>
        new((space.f_blocks - space.f_bfree) * space.f_bsize, Math.Max(0, space.f_files - space.f_ffree - OwnFiles), space.f_bavail < FullBelow || space.f_ffree == 0);

    /// <summary>What the image of an ext4 file system that is not mounted says: the numbers are those of its last unmounting.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    /// <exception cref="EndOfStreamException">It holds no file system.</exception>
    /// <remarks>Source: filesystems/ext4/super.rst.</remarks>
    internal static VolumeUse FromImage(string path)
    {
        byte[] superblock = new byte[SuperblockLength];
        using (FileStream image = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            image.Position = SuperblockAt;
            image.ReadExactly(superblock);
        }

        long Number(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(superblock.AsSpan(offset));
        (long inodes, long blocks, long freeBlocks, long freeInodes, long overhead) =
            (Number(0x0), Number(0x4) + (Number(0x150) << 32), Number(0xc) + (Number(0x158) << 32), Number(0x10), Number(0x248));
        return new((blocks - overhead - freeBlocks) * (SmallestBlock << (int)Number(0x18)), Math.Max(0, inodes - freeInodes - OwnFiles), freeBlocks < FullBelow || freeInodes == 0);
    }
}
