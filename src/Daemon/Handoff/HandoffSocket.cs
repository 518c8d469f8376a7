using System.Net.Sockets;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Daemon.Systemd;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Handoff;

/// <summary>The socket on which files are handed over: systemd's of that name, else one of our own.</summary>
internal static class HandoffSocket
{
    private const string Name = "handoff";
    private const int Backlog = 64;

    /// <summary>Listens. The caller disposes it.</summary>
    /// <exception cref="IOException">Another daemon listens there.</exception>
    public static Socket Listen(DaemonConfig config, InheritedSockets inherited)
    {
        if (inherited.TakeListening(Name) is [SafeFileHandle given, ..])
        {
            nint fd = given.DangerousGetHandle();
            given.SetHandleAsInvalid(); // the socket closes it
            return new Socket(new SafeSocketHandle(fd, ownsHandle: true));
        }

        UnixSocketFile.RemoveStale(config.HandoffSocket);
        Socket own = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            own.Bind(new UnixDomainSocketEndPoint(config.HandoffSocket));
            UnixSocketFile.Share(config.HandoffSocket, config.SocketGroup);
            own.Listen(Backlog);
            return own;
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }
}
