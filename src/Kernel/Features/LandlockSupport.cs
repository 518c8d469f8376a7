using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>What this kernel's Landlock can do.</summary>
/// <param name="Abi">The highest ABI; 0 if there is none, and <paramref name="Error"/> says why.</param>
/// <param name="Error">EOPNOTSUPP: built in, switched off at boot. ENOSYS: not built in. Other: refused, by a filter say.</param>
/// <param name="Errata">One bit for each kernel bug of this ABI that is fixed; null before Linux 6.15.</param>
/// <param name="InLsmList">Whether <c>landlock</c> is among the active security modules.</param>
/// <remarks>Source: landlock_create_ruleset(2); userspace-api/landlock.rst, "Compatibility".</remarks>
public readonly record struct LandlockSupport(int Abi, Errno Error, uint? Errata, Presence InLsmList)
{
    internal static unsafe LandlockSupport Probe(string sys)
    {
        int abi = Libc.landlock_create_ruleset(null, 0, Libc.LANDLOCK_CREATE_RULESET_VERSION);
        if (abi < 0)
        {
            return new(0, (Errno)Marshal.GetLastPInvokeError(), null, ProbeLsmList(sys));
        }

        int errata = Libc.landlock_create_ruleset(null, 0, Libc.LANDLOCK_CREATE_RULESET_ERRATA);
        return new(abi, Errno.None, errata < 0 ? null : (uint)errata, ProbeLsmList(sys));
    }

    // lsm_list_modules: since Linux 6.8. The file needs a mounted securityfs.
    private static unsafe Presence ProbeLsmList(string sys)
    {
        ulong* ids = stackalloc ulong[64];
        uint size = 64 * sizeof(ulong);
        if (SyscallTable.Native.Number(Syscall.lsm_list_modules) is int number
            && Libc.syscall(number, (nint)ids, (nint)(&size), 0, 0, 0, 0) is var count and >= 0)
        {
            return new ReadOnlySpan<ulong>(ids, (int)count).Contains(Libc.LSM_ID_LANDLOCK) ? Presence.Present : Presence.Missing;
        }

        return HostFile.ReadText(Path.Combine(sys, "kernel/security/lsm")) is not string names ? Presence.Unknown
            : names.Trim().Split(',').Contains("landlock") ? Presence.Present
            : Presence.Missing;
    }
}
