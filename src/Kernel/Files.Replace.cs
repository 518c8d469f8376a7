using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

// A file that is there as a whole or not at all.
public static unsafe partial class Files
{
    /// <summary>How the names of files end that <see cref="Replace"/> has not finished; a crash can leave one.</summary>
    public const string Unfinished = ".new";

    private const uint OwnerOnly = 0b110_000_000;

    /// <summary>Puts <paramref name="content"/> into the place of a file, or makes it. When this returns, it outlives a crash of the host; until then the old content is there. It is its owner's alone (0600).</summary>
    /// <param name="path">The file. A symbolic link is replaced itself.</param>
    /// <param name="content">Its new content.</param>
    /// <exception cref="SyscallException">ENOSPC, EDQUOT: no room. EACCES, EROFS: the directory is not to be written. As open(2), write(2), fsync(2) and rename(2).</exception>
    /// <remarks>Several may do so at once: one of them is the last. Source: rename(2), fsync(2).</remarks>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        using SafeFileHandle directory = Open(Path.GetDirectoryName(path) is "" or null ? "." : Path.GetDirectoryName(path)!, Libc.O_RDONLY | Libc.O_DIRECTORY);
        string unfinished = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        using SafeFileHandle file = Open(unfinished, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, OwnerOnly);
        try
        {
            WriteAll(file, content);
            Sync(file);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }

        Sync(directory);
    }
}
