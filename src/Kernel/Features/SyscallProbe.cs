using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>Makes a call just to see its answer.</summary>
internal static class SyscallProbe
{
    /// <summary>The call's answer; ENOSYS too where this architecture has no number for it.</summary>
    public static Errno Call(Syscall call, nint a0 = 0, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, nint a5 = 0)
    {
        if (SyscallTable.Native.Number(call) is not int number)
        {
            return Errno.ENOSYS;
        }

        return Libc.syscall(number, a0, a1, a2, a3, a4, a5) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
    }
}
