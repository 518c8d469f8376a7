using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Makes a call just to see its answer.</summary>
internal static class SyscallProbe
{
    /// <summary>The call's answer; ENOSYS too where this architecture has no number for it.</summary>
    public static Errno Call(Syscall call, nint a0 = 0, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, nint a5 = 0) =>
        Make(call, out _, a0, a1, a2, a3, a4, a5);

    /// <summary>The fd that a call returns: close-on-exec, and the caller disposes it. Null if the call was refused.</summary>
    public static SafeFileHandle? Open(Syscall call, out Errno answer, nint a0 = 0, nint a1 = 0)
    {
        answer = Make(call, out nint fd, a0, a1, 0, 0, 0, 0);
        return answer == Errno.None ? new(fd, ownsHandle: true) : null;
    }

    private static Errno Make(Syscall call, out nint result, nint a0, nint a1, nint a2, nint a3, nint a4, nint a5)
    {
        result = -1;
        if (SyscallTable.Native.Number(call) is not int number)
        {
            return Errno.ENOSYS;
        }

        result = Libc.syscall(number, a0, a1, a2, a3, a4, a5);
        return result < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
    }
}
