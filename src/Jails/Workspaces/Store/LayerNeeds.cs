using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What a layer must find in its volume to be given all that another holds.</summary>
/// <param name="Directories">How many directories there are: each takes a block and an inode.</param>
/// <param name="NameBytes">How long all names are together.</param>
/// <param name="TooManyNames">True: a file has so many names that it cannot have twice as many.</param>
internal readonly record struct LayerNeeds(long Directories, long NameBytes, bool TooManyNames)
{
    private const long MaxLinks = 65000; // EXT4_LINK_MAX of fs/ext4/ext4.h
    private const long EntryBytes = 12; // of a directory, beside the name
    private const long Spare = 64; // blocks and inodes

    /// <summary>With one file more.</summary>
    internal LayerNeeds With(statx file, byte[] name) => new(
        Directories + (OverlayMarks.IsDirectory(file) ? 1 : 0),
        NameBytes + name.Length,
        TooManyNames || (!OverlayMarks.IsDirectory(file) && !OverlayMarks.IsWhiteout(file) && file.stx_nlink * 2 > MaxLinks));

    /// <summary>True if a file system has the room. A directory's names may fill only half of each block.</summary>
    internal bool Fit(statfs space) => !TooManyNames
        && space.f_bavail > Directories + (2 * (NameBytes + (Directories * EntryBytes)) / space.f_bsize) + Spare
        && space.f_ffree > Directories + Spare;
}
