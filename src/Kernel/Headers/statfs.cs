using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// asm-generic/statfs.h, linux/magic.h
public static partial class Libc
{
    public const long PROC_SUPER_MAGIC = 0x9fa0;
    public const long SYSFS_MAGIC = 0x62656572;
    public const long CGROUP_SUPER_MAGIC = 0x27e0eb;
    public const long CGROUP2_SUPER_MAGIC = 0x63677270;
    public const long DEBUGFS_MAGIC = 0x64626720;
    public const long TRACEFS_MAGIC = 0x74726163;
    public const long SECURITYFS_MAGIC = 0x73636673;
    public const long BPF_FS_MAGIC = 0xcafe4a11;
    public const long NSFS_MAGIC = 0x6e736673;
    public const long PID_FS_MAGIC = 0x50494446;
    public const long DEVPTS_SUPER_MAGIC = 0x1cd1;
}

/// <summary>A file system.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct statfs
{
    public long f_type;
    public long f_bsize;
    public long f_blocks;
    public long f_bfree;
    public long f_bavail;
    public long f_files;
    public long f_ffree;
    public long f_fsid;
    public long f_namelen;
    public long f_frsize;
    public long f_flags;
    public long __spare0;
    public long __spare1;
    public long __spare2;
    public long __spare3;
}
