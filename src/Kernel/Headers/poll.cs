using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// poll.h
public static partial class Libc
{
    public const short POLLIN = 1;
    public const short POLLPRI = 2;
    public const short POLLOUT = 4;
    public const short POLLERR = 8;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int poll(pollfd* fds, nuint count, int timeoutMs);
}

/// <summary>An fd to wait for.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct pollfd
{
    public int fd;
    public short events;
    public short revents;
}
