using AgentSandbox.Jails.Profiles;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Landlock;

/// <summary>The kernel's rights for a profile's, by ABI. A right that an ABI does not know is left out: what the ruleset cannot express is in the proof.</summary>
internal static class LandlockRights
{
    private const ulong Read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

    private const ulong Write = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
        | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO
        | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_TRUNCATE;

    private const ulong OnFiles = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE
        | LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV;

    /// <summary>All file system rights of <paramref name="abi"/>, those of device nodes included: nobody is granted them.</summary>
    internal static ulong Handled(int abi) =>
        Known(abi) & (Read | Write | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_IOCTL_DEV);

    /// <summary>The rights of <paramref name="access"/> that <paramref name="abi"/> knows.</summary>
    /// <param name="access">What the profile grants.</param>
    /// <param name="abi">1 or more.</param>
    /// <param name="directory">False: without the rights that only a directory can have.</param>
    internal static ulong Of(LandlockAccess access, int abi, bool directory)
    {
        ulong rights = (access.HasFlag(LandlockAccess.Read) ? Read : 0)
            | (access.HasFlag(LandlockAccess.Execute) ? LANDLOCK_ACCESS_FS_EXECUTE : 0)
            | (access.HasFlag(LandlockAccess.Write) ? Write : 0)
            | (access.HasFlag(LandlockAccess.IoctlDev) ? LANDLOCK_ACCESS_FS_IOCTL_DEV : 0);
        return rights & Known(abi) & (directory ? ulong.MaxValue : OnFiles);
    }

    private static ulong Known(int abi) => abi switch
    {
        <= 0 => 0,
        1 => LANDLOCK_ACCESS_FS_REFER - 1,
        2 => LANDLOCK_ACCESS_FS_TRUNCATE - 1,
        3 or 4 => LANDLOCK_ACCESS_FS_IOCTL_DEV - 1,
        _ => LANDLOCK_ACCESS_FS_RESOLVE_UNIX - 1,
    };
}
