using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/mount.h
public static partial class Libc
{
    public const ulong MS_REC = 16384;
    public const ulong MS_PRIVATE = 1 << 18;
    public const int MNT_DETACH = 2;
    public const int UMOUNT_NOFOLLOW = 8;

    public const uint FSOPEN_CLOEXEC = 1;
    public const uint FSMOUNT_CLOEXEC = 1;
    public const uint FSCONFIG_SET_STRING = 1;
    public const uint FSCONFIG_SET_FLAG = 0;
    public const uint FSCONFIG_CMD_CREATE = 6;
    public const uint OPEN_TREE_CLONE = 1;
    public const uint OPEN_TREE_CLOEXEC = O_CLOEXEC;
    public const uint MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    public const uint MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    public const ulong MOUNT_ATTR_RDONLY = 0x1;
    public const ulong MOUNT_ATTR_NOSUID = 0x2;
    public const ulong MOUNT_ATTR_NODEV = 0x4;
    public const ulong MOUNT_ATTR_NOEXEC = 0x8;
    public const ulong MOUNT_ATTR_IDMAP = 0x00100000;
    public const ulong MOUNT_ATTR_NOSYMFOLLOW = 0x00200000;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int open_tree(int directory, byte* path, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int mount_setattr(int directory, byte* path, uint flags, mount_attr* attributes, nuint size);
}

/// <summary>The attributes that mount_setattr changes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct mount_attr
{
    public ulong attr_set;
    public ulong attr_clr;
    public ulong propagation;
    public ulong userns_fd;
}
