using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Configuration;

/// <summary>Reads files that decide what jails may do: only root, or the user that we run as, may be able to change them.</summary>
public static class TrustedFile
{
    private const uint OthersWrite = 0b000_010_010;

    /// <summary>The content of <paramref name="path"/>: what was checked is what is read.</summary>
    /// <exception cref="FileNotFoundException">It is absent.</exception>
    /// <exception cref="PolicyException">Others can change it, or it is no regular file.</exception>
    /// <exception cref="SyscallException">It cannot be read.</exception>
    public static byte[] Read(string path)
    {
        SafeFileHandle file;
        try
        {
            file = Files.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK);
        }
        catch (SyscallException absent) when (absent.Errno == Errno.ENOENT)
        {
            throw new FileNotFoundException(absent.Message, path);
        }

        using (file)
        {
            statx stat = Files.Stat(file);
            (uint uid, _) = OwnProcess.Identity;
            return (stat.stx_uid == 0 || stat.stx_uid == uid) && (stat.stx_mode & OthersWrite) == 0 && (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFREG
                ? Files.ReadAll(file)
                : throw new PolicyException(path, "it decides what jails may do, and others than its owner can change it: it must be a regular file of root's with mode 0644 or less");
        }
    }
}
