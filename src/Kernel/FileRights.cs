using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>Gives up this thread's rights to files for those of another user, for good.</summary>
/// <remarks>
/// By raw system calls, for libc's wrappers would change every thread. Only the ids that decide on files are changed: a thread whose real or saved uid is
/// the user's could be killed by the user, and the process with it.
/// Source: credentials(7); setfsuid(2); nptl(7); kill(2).
/// </remarks>
internal static unsafe class FileRights
{
    private const uint Unchanged = uint.MaxValue;

    /// <summary>From here on this thread has the rights of <paramref name="user"/> to files, and no capability. The thread must end with that.</summary>
    /// <returns>The call that failed, with <paramref name="errno"/>; null if none did.</returns>
    internal static string? Become(UnixIdentity user, out Errno errno)
    {
        nint setgroups = Libc.NumberOf(Syscall.setgroups), setfsgid = Libc.NumberOf(Syscall.setfsgid), setfsuid = Libc.NumberOf(Syscall.setfsuid);
        nint capset = Libc.NumberOf(Syscall.capset), prctl = Libc.NumberOf(Syscall.prctl);
        uint* header = stackalloc uint[2] { Libc._LINUX_CAPABILITY_VERSION_3, 0 };
        uint* capabilities = stackalloc uint[6]; // effective, permitted and inheritable, twice: none
        uint[] groups = [.. user.Groups];
        errno = Errno.None;
        fixed (uint* group = groups)
        {
            if (Libc.syscall(setgroups, groups.Length, (nint)group, 0, 0, 0, 0) != 0)
            {
                errno = (Errno)Marshal.GetLastPInvokeError();
                return "setgroups";
            }
        }

        Libc.syscall(setfsgid, (nint)user.Gid, 0, 0, 0, 0, 0); // returns the id before: it says nothing of success
        Libc.syscall(setfsuid, (nint)user.Uid, 0, 0, 0, 0, 0);
        bool changed = (uint)Libc.syscall(setfsgid, unchecked((nint)Unchanged), 0, 0, 0, 0, 0) == user.Gid
            && (uint)Libc.syscall(setfsuid, unchecked((nint)Unchanged), 0, 0, 0, 0, 0) == user.Uid;
        if (!changed)
        {
            errno = Errno.EPERM;
            return "setfsuid";
        }

        if (Libc.syscall(capset, (nint)header, (nint)capabilities, 0, 0, 0, 0) != 0)
        {
            errno = (Errno)Marshal.GetLastPInvokeError();
            return "capset";
        }

        // A change of fsuid sets the dumpable bit to fs.suid_dumpable, for the whole process. Source: PR_SET_DUMPABLE(2const).
        if (Libc.syscall(prctl, Libc.PR_SET_DUMPABLE, 0, 0, 0, 0, 0) != 0)
        {
            errno = (Errno)Marshal.GetLastPInvokeError();
            return "prctl";
        }

        return null;
    }
}
