using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Host;

/// <summary>The host paths of one jail, each opened once: what was looked at is what is mounted.</summary>
public sealed class HostPaths : IHostPaths, IDisposable
{
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
}
