using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Opens a path with the rights of another user, and none of ours.</summary>
/// <remarks>
/// It happens on a thread of its own, which gives up its rights (<see cref="FileRights"/>) and then ends: no right is ever restored, so none can be forgotten.
/// </remarks>
public sealed unsafe class OpenAs
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    private readonly UnixIdentity _caller;
    private readonly byte[] _path;
    private readonly int _access;
    private readonly Lock _gate = new();
    private bool _abandoned;
    private SafeFileHandle? _file;
    private string _failed = "";
    private Errno _errno;
    private bool _searchable;

    private OpenAs(UnixIdentity caller, string path, int access)
    {
        _caller = caller;
        _path = [.. System.Text.Encoding.UTF8.GetBytes(path), 0];
        _access = access;
    }

    /// <summary>Opens <paramref name="path"/> with O_PATH, which neither waits (FIFO) nor does anything (device), if <paramref name="caller"/> could look it up and
    /// has <paramref name="access"/> to what is there. Links are followed; those of /proc that name no path are refused. The caller disposes the handle.</summary>
    /// <param name="caller">Whose rights count.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="access">R_OK, W_OK or both; of a directory the right to search it is asked as well.</param>
    /// <exception cref="SyscallException">ENOENT, ENOTDIR: absent. EACCES: the caller may not. EROFS: nobody may write there. ELOOP: too many links,
    /// or one of /proc's. ETIMEDOUT: a file system did not answer. EPERM: we lack CAP_SETUID or CAP_SETGID.</exception>
    /// <remarks>Source: openat2(2); faccessat2(2), AT_EMPTY_PATH since Linux 5.8.</remarks>
    public static SafeFileHandle Open(UnixIdentity caller, string path, int access)
    {
        OpenAs attempt = new(caller, path, access);
        Thread thread = new(attempt.Run) { IsBackground = true, Name = "open-as" };
        thread.Start();
        if (!thread.Join(s_deadline))
        {
            attempt.Abandon();
        }

        SafeFileHandle file = attempt.Result(path);
        if ((Files.Stat(file).stx_mode & Libc.S_IFMT) != Libc.S_IFDIR || attempt._searchable)
        {
            return file;
        }

        file.Dispose();
        throw new SyscallException("faccessat2", Errno.EACCES, path);
    }

    private SafeFileHandle Result(string path)
    {
        lock (_gate)
        {
            return _file ?? throw (_abandoned ? new SyscallException("openat2", Errno.ETIMEDOUT, path) : new SyscallException(_failed, _errno, path));
        }
    }

    private void Abandon()
    {
        lock (_gate)
        {
            _abandoned = _file is null && _failed.Length == 0;
        }
    }

    private void Run()
    {
        string? failed = OpenWithoutRights(out int fd, out Errno errno, out bool searchable);
        lock (_gate)
        {
            (_failed, _errno, _searchable) = (failed ?? "", errno, searchable);
            SafeFileHandle? file = fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
            if (_abandoned || failed is not null)
            {
                file?.Dispose();
            }
            else
            {
                _file = file;
            }
        }
    }

    // All that runs here between the change and the end has run before it: loading code would need files that the caller may not read.
    private string? OpenWithoutRights(out int fd, out Errno errno, out bool searchable)
    {
        nint openat2 = Libc.NumberOf(Syscall.openat2), faccessat2 = Libc.NumberOf(Syscall.faccessat2);
        open_how how = new() { flags = (ulong)(uint)(Libc.O_PATH | Libc.O_CLOEXEC), resolve = Libc.RESOLVE_NO_MAGICLINKS };
        byte empty = 0;
        nint opened;
        fd = -1;
        searchable = false;
        if (FileRights.Become(_caller, out errno) is string failed)
        {
            return failed;
        }

        fixed (byte* path = _path)
        {
            do
            {
                opened = Libc.syscall(openat2, Libc.AT_FDCWD, (nint)path, (nint)(&how), sizeof(open_how), 0, 0);
                errno = (Errno)Marshal.GetLastPInvokeError();
            }
            while (opened < 0 && errno is Errno.EINTR or Errno.EAGAIN);
        }

        if (opened < 0)
        {
            return "openat2";
        }

        fd = (int)opened;
        const int Flags = Libc.AT_EMPTY_PATH | Libc.AT_EACCESS;
        bool allowed = Libc.syscall(faccessat2, fd, (nint)(&empty), _access, Flags, 0, 0) == 0;
        errno = (Errno)Marshal.GetLastPInvokeError();
        searchable = Libc.syscall(faccessat2, fd, (nint)(&empty), Libc.X_OK, Flags, 0, 0) == 0;
        return allowed ? null : "faccessat2";
    }
}
