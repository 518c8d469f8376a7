using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/futex.h
public static partial class Libc
{
    public const int FUTEX_WAIT = 0;
    public const int FUTEX_WAKE = 1;
    public const uint FUTEX2_SIZE_U32 = 2;
    public const int CLOCK_MONOTONIC = 1;
}

/// <summary>One of the words that futex_waitv waits for.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct futex_waitv
{
    public ulong val;
    public ulong uaddr;
    public uint flags;
    public uint __reserved;
}
