using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// sys/xattr.h
public static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint fgetxattr(int fd, byte* name, void* value, nuint size);
}
