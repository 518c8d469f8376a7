using System.Net.Sockets;
using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>The files of the daemon's own sockets. They lie in a directory that only root can write, so that nobody can put another file in their place.</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode GroupMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Removes a socket that nobody listens on any more.</summary>
    /// <exception cref="IOException">Somebody does: another daemon runs.</exception>
    public static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"{path}: somebody listens there: another agent-sandboxd runs");
    }

    /// <summary>Lets the members of <paramref name="group"/> connect, and nobody else but root.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="group">The group's name; empty: none.</param>
    /// <exception cref="PolicyException">There is no such group.</exception>
    public static void Share(string path, string group)
    {
        if (group.Length > 0)
        {
            uint gid = Accounts.Read().FindGroup(group) ?? throw new PolicyException("socketGroup", $"there is no group '{group}': make it (groupadd --system {group}), or name another in daemon.json");
            Files.ChangeOwner(path, 0, gid);
        }

        File.SetUnixFileMode(path, GroupMode);
    }
}
