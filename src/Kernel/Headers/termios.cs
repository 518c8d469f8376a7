using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// termios.h
public static partial class Libc
{
    public const int TCSANOW = 0;
    public const int TCSADRAIN = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int tcgetattr(int fd, termios* settings);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int tcsetattr(int fd, int when, termios* settings);

    [LibraryImport("libc")]
    internal static unsafe partial void cfmakeraw(termios* settings);

    [LibraryImport("libc")]
    internal static partial int isatty(int fd);
}

/// <summary>The settings of a terminal.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct termios
{
    public uint c_iflag;
    public uint c_oflag;
    public uint c_cflag;
    public uint c_lflag;
    public byte c_line;
    public fixed byte c_cc[32];
    public uint c_ispeed;
    public uint c_ospeed;
}
