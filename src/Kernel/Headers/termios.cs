using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// asm-generic/termbits.h, asm-generic/ioctls.h: the kernel's structure, which is shorter than libc's
public static partial class Libc
{
    public const uint TCGETS = 0x5401;
    public const uint TCSETSW = 0x5403;

    public const uint IGNBRK = 0x001;
    public const uint BRKINT = 0x002;
    public const uint PARMRK = 0x008;
    public const uint ISTRIP = 0x020;
    public const uint INLCR = 0x040;
    public const uint IGNCR = 0x080;
    public const uint ICRNL = 0x100;
    public const uint IXON = 0x400;
    public const uint OPOST = 0x01;
    public const uint ISIG = 0x001;
    public const uint ICANON = 0x002;
    public const uint ECHO = 0x008;
    public const uint ECHONL = 0x040;
    public const uint IEXTEN = 0x8000;
    public const uint CSIZE = 0x030;
    public const uint CS8 = 0x030;
    public const uint PARENB = 0x100;
    public const int VTIME = 5;
    public const int VMIN = 6;
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
    public fixed byte c_cc[19];
}
