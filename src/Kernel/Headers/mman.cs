using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// sys/mman.h, linux/memfd.h
public static partial class Libc
{
    public const int PROT_READ = 1;
    public const int PROT_EXEC = 4;
    public const int MAP_PRIVATE = 2;
    public const uint MFD_CLOEXEC = 1;
    public const uint MFD_ALLOW_SEALING = 2;
    public const uint MFD_NOEXEC_SEAL = 8;
    public const uint MFD_EXEC = 0x10;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial void* mmap(void* address, nuint length, int protection, int flags, int fd, nint offset);
}
