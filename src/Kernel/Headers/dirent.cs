using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// dirent.h
public static partial class Libc
{
    public const byte DT_UNKNOWN = 0;
    public const byte DT_DIR = 4;
    public const byte DT_REG = 8;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint getdents64(int directory, void* buffer, nuint size);
}

/// <summary>An entry of a directory; its name follows, as long as <c>d_reclen</c> says.</summary>
[StructLayout(LayoutKind.Sequential, Size = 280)]
public struct dirent64
{
    public ulong d_ino;
    public long d_off;
    public ushort d_reclen;
    public byte d_type;
    public byte d_name0;
}
