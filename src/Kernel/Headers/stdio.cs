using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// stdio.h, linux/fs.h
public static partial class Libc
{
    public const uint RENAME_NOREPLACE = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int renameat2(int directory, byte* path, int newDirectory, byte* newPath, uint flags);
}
