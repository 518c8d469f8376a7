using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl;

/// <summary>Where profiles come from: a directory of root's, each file of which only root can write.</summary>
internal static class ProfileSource
{
    private const uint OthersWrite = 0b000_010_010;
    private static readonly string[] s_places = [Path.Combine(AppContext.BaseDirectory, "native-profiles"), "/etc/agent-sandboxd/profiles", "/usr/share/agent-sandboxd/profiles"];

    /// <summary>The store in <paramref name="directory"/>, or in the first usual place that exists.</summary>
    /// <exception cref="PolicyException">There is none.</exception>
    public static ProfileStore Open(string? directory)
    {
        string place = directory ?? s_places.FirstOrDefault(Directory.Exists)
            ?? throw new PolicyException("--profiles", $"no directory of profiles: looked at {string.Join(", ", s_places)}");
        return Directory.Exists(place) ? new ProfileStore(place, Read) : throw new PolicyException("--profiles", $"{place} is not a directory");
    }

    private static byte[] Read(string path)
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
                : throw new PolicyException("--profiles", $"{path} decides what jails may do, and others than its owner can change it: it must be a regular file of root's with mode 0644 or less");
        }
    }
}
