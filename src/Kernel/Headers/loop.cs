using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/loop.h, linux/fs.h
public static partial class Libc
{
    public const uint LOOP_CONFIGURE = 0x4C0A;
    public const uint LOOP_CTL_GET_FREE = 0x4C82;
    public const uint LOOP_GET_STATUS64 = 0x4C05;
    public const uint LO_FLAGS_AUTOCLEAR = 4;
    public const uint FICLONE = 0x40049409;
}

/// <summary>What a loop device stands for; without its names.</summary>
[StructLayout(LayoutKind.Sequential, Size = 232)]
public struct loop_info64
{
    public ulong lo_device;
    public ulong lo_inode;
    public ulong lo_rdevice;
    public ulong lo_offset;
    public ulong lo_sizelimit;
    public uint lo_number;
    public uint lo_encrypt_type;
    public uint lo_encrypt_key_size;
    public uint lo_flags;
}

/// <summary>How a loop device is set up.</summary>
[StructLayout(LayoutKind.Sequential, Size = 304)]
public struct loop_config
{
    public uint fd;
    public uint block_size;
    public loop_info64 info;
}
