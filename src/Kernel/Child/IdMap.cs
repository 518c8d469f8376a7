using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>Writes the uid and gid maps of a child's user namespace.</summary>
/// <remarks>Source: user_namespaces(7), "User and group ID mappings".</remarks>
public static class IdMap
{
    /// <summary>Maps <paramref name="count"/> uids from <paramref name="insideUid"/> on to those from <paramref name="outsideUid"/> on, and gids alike.</summary>
    /// <param name="pid">The child; it must not be reaped yet.</param>
    /// <param name="insideUid">The first uid inside.</param>
    /// <param name="outsideUid">The first uid outside.</param>
    /// <param name="insideGid">The first gid inside.</param>
    /// <param name="outsideGid">The first gid outside.</param>
    /// <param name="count">1 or more.</param>
    /// <exception cref="SyscallException">EPERM: no CAP_SETUID and CAP_SETGID over the parent namespace, or the map is written already.</exception>
    public static void Write(int pid, uint insideUid, uint outsideUid, uint insideGid, uint outsideGid, uint count)
    {
        Write(pid, "uid_map", insideUid, outsideUid, count);
        Write(pid, "gid_map", insideGid, outsideGid, count);
    }

    /// <summary>Maps single ids, uids and gids each, in one go.</summary>
    /// <param name="pid">The child; it must not be reaped yet.</param>
    /// <param name="uids">Inside and outside.</param>
    /// <param name="gids">Inside and outside.</param>
    /// <exception cref="SyscallException">EINVAL: an id is there twice. EPERM: as the other.</exception>
    public static void Write(int pid, ReadOnlySpan<(uint Inside, uint Outside)> uids, ReadOnlySpan<(uint Inside, uint Outside)> gids)
    {
        Write(pid, "uid_map", Lines(uids));
        Write(pid, "gid_map", Lines(gids));
    }

    private static void Write(int pid, string file, uint inside, uint outside, uint count) =>
        Write(pid, file, string.Create(CultureInfo.InvariantCulture, $"{inside} {outside} {count}\n"));

    private static string Lines(ReadOnlySpan<(uint Inside, uint Outside)> ids)
    {
        StringBuilder text = new();
        foreach ((uint inside, uint outside) in ids)
        {
            text.Append(CultureInfo.InvariantCulture, $"{inside} {outside} 1\n");
        }

        return text.ToString();
    }

    private static void Write(int pid, string file, string text)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");
        using SafeFileHandle map = Files.Open(path, Libc.O_WRONLY);
        Files.WriteAll(map, Encoding.ASCII.GetBytes(text));
    }
}
