using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Makes file systems and moves mounts, by fd.</summary>
/// <remarks>Source: fsopen(2), fsconfig(2), fsmount(2), move_mount(2). Since Linux 5.2.</remarks>
public static unsafe class Mounts
{
    private const int MessageSize = 1024;

    private static readonly Lock s_place = new(); // two that mount in one place would take each other's

    /// <summary>A new file system, mounted nowhere yet. The caller disposes it, and it goes unless it was attached.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="attributes">MOUNT_ATTR_*.</param>
    /// <param name="options">Its options, in this order; one without a value is a flag.</param>
    /// <exception cref="SyscallException">ENODEV: the kernel does not have the type. EINVAL: it does not take an option.</exception>
    public static SafeFileHandle New(string type, ulong attributes, ReadOnlySpan<(string Key, string? Value)> options)
    {
        using SafeFileHandle context = Handle("fsopen", type, Call(Syscall.fsopen, type, Libc.FSOPEN_CLOEXEC));
        using FdLease fd = new(context);
        foreach ((string key, string? value) in options)
        {
            Configure(context, type, value is null ? Libc.FSCONFIG_SET_FLAG : Libc.FSCONFIG_SET_STRING, key, value);
        }

        Configure(context, type, Libc.FSCONFIG_CMD_CREATE, null, null);
        return Handle("fsmount", type, Libc.syscall(Libc.NumberOf(Syscall.fsmount), fd.Value, (nint)Libc.FSMOUNT_CLOEXEC, (nint)attributes, 0, 0, 0));
    }

    /// <summary>As <see cref="New"/>, by the call that takes all options as one long text. It is mounted at <paramref name="place"/> for a moment.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="attributes">MOUNT_ATTR_*.</param>
    /// <param name="options">Its options, with commas between them: less than a page.</param>
    /// <param name="place">A directory of our mount namespace.</param>
    /// <exception cref="SyscallException">EINVAL: it does not take an option, or the place is in no mount namespace. As mount(2).</exception>
    public static SafeFileHandle NewOfText(string type, ulong attributes, string options, string place)
    {
        lock (s_place)
        {
            fixed (byte* name = Text(type), data = Text(options), target = Text(place))
            {
                if (Libc.syscall(Libc.NumberOf(Syscall.mount), (nint)name, (nint)target, (nint)name, 0, (nint)data, 0) != 0)
                {
                    throw SyscallException.Last("mount", type);
                }
            }

            SafeFileHandle? made = null;
            try
            {
                using SafeFileHandle placed = Files.Open(place, Libc.O_PATH | Libc.O_DIRECTORY);
                made = Files.CloneTree(placed, recursive: false);
                Files.SetMountAttributes(made, attributes, null, recursive: false);
            }
            catch
            {
                made?.Dispose();
                throw;
            }
            finally
            {
                Detach(place);
            }

            return made;
        }
    }

    /// <summary>Whether the kernel has a type of file system, or can load it as a module, which it then does. False without CAP_SYS_ADMIN, which it wants first.</summary>
    public static bool HasType(string type)
    {
        nint context = Call(Syscall.fsopen, type, Libc.FSOPEN_CLOEXEC);
        if (context < 0)
        {
            return false;
        }

        new SafeFileHandle(context, ownsHandle: true).Dispose();
        return true;
    }

    /// <summary>Whether a type of file system knows an option. False where it reads options only when it mounts, without CAP_SYS_ADMIN, and if there is no such type.</summary>
    public static bool KnowsOption(string type, string key, string value)
    {
        nint opened = Call(Syscall.fsopen, type, Libc.FSOPEN_CLOEXEC);
        if (opened < 0)
        {
            return false;
        }

        using SafeFileHandle context = new(opened, ownsHandle: true);
        return Takes(key) && !Takes("no-such-option"); // what takes all knows nothing yet

        bool Takes(string option)
        {
            try
            {
                Configure(context, type, Libc.FSCONFIG_SET_STRING, option, value);
                return true;
            }
            catch (SyscallException refused) when (refused.Errno == Errno.EINVAL)
            {
                return false;
            }
        }
    }

    /// <summary>Attaches a mount at the directory <paramref name="target"/>.</summary>
    /// <exception cref="SyscallException">As move_mount(2).</exception>
    public static void Attach(SafeHandle mount, SafeHandle target)
    {
        using FdLease from = new(mount);
        using FdLease to = new(target);
        fixed (byte* empty = "\0"u8)
        {
            const uint Flags = Libc.MOVE_MOUNT_F_EMPTY_PATH | Libc.MOVE_MOUNT_T_EMPTY_PATH;
            if (Libc.syscall(Libc.NumberOf(Syscall.move_mount), from.Value, (nint)empty, to.Value, (nint)empty, (nint)Flags, 0) != 0)
            {
                throw SyscallException.Last("move_mount");
            }
        }
    }

    /// <summary>Takes away what is mounted at <paramref name="path"/>, now for those who look for it, and in full when nobody uses it any more.</summary>
    /// <exception cref="SyscallException">EINVAL: nothing is mounted there.</exception>
    public static void Detach(string path)
    {
        fixed (byte* name = Text(path))
        {
            if (Libc.syscall(Libc.NumberOf(Syscall.umount2), (nint)name, Libc.MNT_DETACH, 0, 0, 0, 0) != 0)
            {
                throw SyscallException.Last("umount2", path);
            }
        }
    }

    private static void Configure(SafeHandle context, string type, uint command, string? key, string? value)
    {
        using FdLease fd = new(context);
        fixed (byte* name = key is null ? null : Text(key), text = value is null ? null : Text(value))
        {
            if (Libc.syscall(Libc.NumberOf(Syscall.fsconfig), fd.Value, (nint)command, (nint)name, (nint)text, 0, 0) != 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError(); // first: what follows may overwrite it
                throw new SyscallException("fsconfig", errno, $"{type} {key ?? "create"}{(value is null ? "" : "=")}{value}{Message(context)}");
            }
        }
    }

    // What the kernel has to say is read from the context: fsopen(2), "Message retrieval interface".
    private static string Message(SafeHandle context)
    {
        byte[] message = new byte[MessageSize];
        try
        {
            return $": {Encoding.UTF8.GetString(message, 0, Files.Read(context, message)).TrimEnd()}";
        }
        catch (SyscallException none) when (none.Errno is Errno.ENODATA or Errno.EMSGSIZE)
        {
            return "";
        }
    }

    private static nint Call(Syscall call, string text, uint flags)
    {
        fixed (byte* name = Text(text))
        {
            return Libc.syscall(Libc.NumberOf(call), (nint)name, (nint)flags, 0, 0, 0, 0);
        }
    }

    private static SafeFileHandle Handle(string call, string target, nint fd) =>
        fd < 0 ? throw SyscallException.Last(call, target) : new SafeFileHandle(fd, ownsHandle: true);

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
