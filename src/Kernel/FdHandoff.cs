using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>The client's side of handing files over: one message that holds a one-time token and the fds, one byte as the answer.</summary>
public static class FdHandoff
{
    /// <summary>The bytes of a token.</summary>
    public const int TokenSize = 32;

    /// <summary>The most files that one token takes: standard input, output and error.</summary>
    public const int MaxFiles = 3;

    /// <summary>The answer for "taken"; a connection that is closed without it was refused.</summary>
    public const byte Taken = 1;

    /// <summary>Hands <paramref name="files"/> over to whoever listens at <paramref name="path"/>. They stay open here.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="token">The one-time token that the daemon gave.</param>
    /// <param name="files">1 to 3: standard input, output, error.</param>
    /// <param name="timeout">How long to wait for the answer.</param>
    /// <exception cref="SyscallException">EACCES: refused: the token is not known, was used, is too old or another user's. ETIMEDOUT: no answer. As connect(2).</exception>
    public static void Send(string path, ReadOnlySpan<byte> token, ReadOnlySpan<SafeFileHandle> files, TimeSpan timeout)
    {
        using SafeFileHandle socket = UnixSocket.Open(Libc.SOCK_STREAM);
        UnixSocket.SetSendTimeout(socket, timeout);
        UnixSocket.Connect(socket, new UnixDomainSocketEndPoint(path));
        if (!IsTaken(socket, token, files, timeout, path))
        {
            throw new SyscallException("handoff", Errno.EACCES, path);
        }
    }

    // Who is refused is hung up on, maybe before its message was read.
    private static bool IsTaken(SafeFileHandle socket, ReadOnlySpan<byte> token, ReadOnlySpan<SafeFileHandle> files, TimeSpan timeout, string path)
    {
        byte answer = 0;
        try
        {
            UnixSocket.Send(socket, token, [.. files]);
            return Files.Poll(socket, Libc.POLLIN, timeout)
                ? Files.Read(socket, new Span<byte>(ref answer)) == 1 && answer == Taken
                : throw new SyscallException("handoff", Errno.ETIMEDOUT, path);
        }
        catch (SyscallException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            return false;
        }
    }
}
