namespace AgentSandbox.Jails.Profiles;

/// <summary>Rights that a profile grants on a path, coarser than the kernel's own.</summary>
[Flags]
public enum LandlockAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read files and list directories.</summary>
    Read = 1,

    /// <summary>Execute files.</summary>
    Execute = 2,

    /// <summary>Write, truncate, create, remove, rename and link regular files, directories, links, sockets and FIFOs.</summary>
    Write = 4,

    /// <summary>ioctl on device files (ABI 5): terminals need it.</summary>
    IoctlDev = 8,
}
