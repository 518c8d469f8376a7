using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Host;

/// <summary>The host paths of one jail, each opened once: what was looked at is what is mounted.</summary>
/// <param name="rights">Whose rights decide on what a request binds; null: those of this process.</param>
public sealed class HostPaths(UnixIdentity? rights = null) : IHostPaths, IDisposable
{
    // What lies there shows the host, or is changed by writing, whatever the caller's rights to the file are; and "self" would be the daemon.
    private static readonly long[] s_kernelFileSystems =
    [
        Libc.PROC_SUPER_MAGIC, Libc.SYSFS_MAGIC, Libc.CGROUP_SUPER_MAGIC, Libc.CGROUP2_SUPER_MAGIC, Libc.DEBUGFS_MAGIC, Libc.TRACEFS_MAGIC,
        Libc.SECURITYFS_MAGIC, Libc.BPF_FS_MAGIC, Libc.NSFS_MAGIC, Libc.DEVPTS_SUPER_MAGIC,
    ];

    private readonly Dictionary<string, SafeFileHandle> _handles = [];

    /// <inheritdoc/>
    public HostPath? Open(string path, bool followLink)
    {
        SafeFileHandle handle;
        try
        {
            handle = Files.Open(path, Libc.O_PATH | (followLink ? 0 : Libc.O_NOFOLLOW));
        }
        catch (SyscallException absent) when (absent.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }

        return Keep(path, handle);
    }

    /// <inheritdoc/>
    public HostPath? OpenBind(string path, bool writable)
    {
        if (rights is null)
        {
            return Open(path, followLink: true);
        }

        SafeFileHandle handle;
        try
        {
            handle = OpenAs.Open(rights, path, Libc.R_OK | (writable ? Libc.W_OK : 0));
        }
        catch (SyscallException refused) when (refused.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES or Errno.EPERM or Errno.EROFS or Errno.ELOOP)
        {
            return null;
        }

        // The same path twice is one fd: it must be one file, for the rights to each were asked on its own.
        bool same = !_handles.TryGetValue(path, out SafeFileHandle? earlier) || IsSame(earlier, handle);
        return !same || s_kernelFileSystems.Contains(Files.FileSystem(handle)) ? Refuse(handle) : Keep(path, handle);
    }

    /// <summary>Gives the programs of a jail the fds that were opened.</summary>
    public void BindTo(FdTable fds)
    {
        foreach ((string path, SafeFileHandle handle) in _handles)
        {
            fds[JailSlots.Source(path)] = handle;
        }
    }

    /// <summary>Closes the fds.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles.Values)
        {
            handle.Dispose();
        }

        _handles.Clear();
    }

    private static bool IsSame(SafeFileHandle one, SafeFileHandle other)
    {
        statx first = Files.Stat(one);
        statx second = Files.Stat(other);
        return (first.stx_ino, first.stx_dev_major, first.stx_dev_minor) == (second.stx_ino, second.stx_dev_major, second.stx_dev_minor);
    }

    private static HostPath Refuse(SafeFileHandle handle)
    {
        handle.Dispose();
        return new HostPath(HostPathKind.Other, null);
    }

    private HostPath Keep(string path, SafeFileHandle handle)
    {
        if (_handles.Remove(path, out SafeFileHandle? earlier))
        {
            earlier.Dispose();
        }

        _handles[path] = handle;
        return (Files.Stat(handle).stx_mode & Libc.S_IFMT) switch
        {
            Libc.S_IFDIR => new HostPath(HostPathKind.Directory, null) { Disk = Disks.Find(handle) },
            Libc.S_IFLNK => new HostPath(HostPathKind.Link, Files.ReadLink(handle)),
            Libc.S_IFREG => new HostPath(HostPathKind.File, null) { Disk = Disks.Find(handle) },
            _ => new HostPath(HostPathKind.Other, null),
        };
    }
}
