using System.Globalization;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>How large the image of a volume has to be.</summary>
/// <param name="Bytes">What files may take: 16 MiB or more.</param>
/// <param name="Files">How many files there may be: 16 or more.</param>
internal readonly record struct VolumeSize(long Bytes, long Files)
{
    /// <summary>The size of a journal, in MiB: the smallest.</summary>
    internal const int JournalMegabytes = 4;

    private const int InodeBytes = 256;
    private const int OwnInodes = 2048; // of layers: four each
    private const long OwnBytes = 4 * 1024 * 1024;
    private const int Block = 4096;
    private const int Overhead = 64; // of bitmaps, descriptors and indirect blocks: less than a 64th

    /// <summary>The number of inodes.</summary>
    internal long Inodes => Files + OwnInodes;

    /// <summary>The size of the image, in bytes.</summary>
    internal long ImageBytes => (Bytes + (Bytes / Overhead) + (Inodes * InodeBytes) + (JournalMegabytes * 1024 * 1024) + OwnBytes + Block - 1) / Block * Block;

    /// <summary>What mkfs.ext4 is told.</summary>
    internal string[] Options =>
    [
        "-q", "-F", "-b", $"{Block}", "-m", "0", "-I", $"{InodeBytes}", "-N", Inodes.ToString(CultureInfo.InvariantCulture), "-J", $"size={JournalMegabytes}",
        "-O", "^resize_inode", "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0",
    ];
}
