using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// unistd.h
public static partial class Libc
{
    public const int W_OK = 2;

    /// <summary>A call that libc has no wrapper for.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint a0, nint a1, nint a2, nint a3, nint a4, nint a5);
}
