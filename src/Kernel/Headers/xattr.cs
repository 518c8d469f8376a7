using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// sys/xattr.h
public static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint fgetxattr(int fd, byte* name, void* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint getxattr(byte* path, byte* name, void* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int setxattr(byte* path, byte* name, void* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint listxattr(byte* path, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int removexattr(byte* path, byte* name);
}
