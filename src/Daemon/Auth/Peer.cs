using System.Net.Sockets;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Auth;

/// <summary>Who is at the other end of a connection. It is fixed when the connection is accepted; nothing that is sent changes it, and who gets the socket
/// handed over is taken for the one who connected.</summary>
/// <param name="Identity">Its user and groups at the moment of connecting.</param>
/// <param name="Pid">Its pid, or 0 if it has none here. Only a hint for people: no decision may rest on it.</param>
/// <param name="Unit">Its systemd unit, if the kernel can prove that the cgroup is that process's (Linux 6.5); else null.</param>
public sealed record Peer(UnixIdentity Identity, int Pid, string? Unit)
{
    private static readonly Lazy<string> s_ownNamespace = new(() =>
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle self = Files.OpenAnchor("/proc/self/ns");
        return Files.ReadLink(self, "user");
    });

    /// <summary>Looks at the peer of an accepted connection.</summary>
    /// <exception cref="UnauthenticatedException">An id has no number here; or the kernel can hold the process (Linux 6.5), and it has ended or lives in
    /// another user namespace. Its ids would be true nevertheless, but its rights would not be those that the ids have here. An older kernel cannot prove where
    /// a process lives; there the ids decide alone.</exception>
    /// <exception cref="SyscallException">No connected Unix socket.</exception>
    public static Peer From(Socket socket)
    {
        using PeerCredentials credentials = PeerCredentials.Read(socket.SafeHandle);
        if (credentials.Identity.HasOverflowId)
        {
            throw new UnauthenticatedException(AuthenticationFailure.OverflowId, "your uid or gid has no number on this host: connect from outside of the container");
        }

        bool holdsProcess = credentials.Pidfd is not null || credentials.HasEnded;
        if (holdsProcess && credentials.Pid != 0)
        {
            CheckNamespace(credentials.ReadUserNamespace());
        }

        string? unit = credentials.ReadCgroups() is string[] cgroups ? SystemdUnit.Find(cgroups) : null;
        return new Peer(credentials.Identity, credentials.Pid, unit);
    }

    private static void CheckNamespace(string? itsOwn)
    {
        if (itsOwn is null)
        {
            throw new UnauthenticatedException(AuthenticationFailure.PeerEnded, "the process that connected has ended: connect and call from one process");
        }

        if (itsOwn != s_ownNamespace.Value)
        {
            throw new UnauthenticatedException(AuthenticationFailure.ForeignUserNamespace, "you live in another user namespace: connect from outside of the container");
        }
    }
}
