using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// asm-generic/ioctls.h, linux/sockios.h, linux/if.h, sys/socket.h
public static partial class Libc
{
    public const uint TIOCSCTTY = 0x540E;
    public const uint TIOCGWINSZ = 0x5413;
    public const uint TIOCSWINSZ = 0x5414;
    public const uint TIOCSPTLCK = 0x40045431;
    public const uint TIOCGPTPEER = 0x5441;
    public const uint SIOCSIFFLAGS = 0x8914;
    public const short IFF_UP = 1;
    public const int AF_INET = 2;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_CLOEXEC = O_CLOEXEC;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int ioctl(int fd, nuint request, void* argument);
}

/// <summary>The size of a terminal, in characters and pixels.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct winsize
{
    public ushort ws_row;
    public ushort ws_col;
    public ushort ws_xpixel;
    public ushort ws_ypixel;
}
