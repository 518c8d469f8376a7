using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>What this process has and is: its namespaces, its identity, its signals, its dumpable bit.</summary>
public static class OwnProcess
{
    private const int SignalCount = 64;
    private const int SigsetSize = 8;
    private const int ResourceCount = 16; // RLIM_NLIMITS
    private const int KernelSigactionSize = 32; // handler, flags, restorer, mask

    /// <summary>The effective uid and gid of this process.</summary>
    public static (uint Uid, uint Gid) Identity => (Libc.geteuid(), Libc.getegid());

    /// <summary>Opens one of this process's namespaces: <c>mnt</c>, <c>pid</c>, <c>user</c>. The caller disposes it.</summary>
    /// <exception cref="SyscallException">ENOENT: the kernel lacks the namespace, or /proc is not mounted.</exception>
    public static SafeFileHandle OpenNamespace(string kind) => Files.Open($"/proc/self/ns/{kind}", Libc.O_RDONLY);

    /// <summary>Opens a namespace of the process <paramref name="pid"/>, which must be a child that is not reaped yet. The caller disposes it.</summary>
    /// <exception cref="SyscallException">ENOENT: the process has ended. EACCES: it may not be looked at.</exception>
    public static SafeFileHandle OpenNamespace(int pid, string kind) =>
        Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{kind}"), Libc.O_RDONLY);

    /// <summary>Nobody without privileges may read this process's memory or fds, not even in the moment in which a child shares it inside a jail; and a crash writes neither down.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <remarks>
    /// A birth can set the dumpable bit to <c>fs.suid_dumpable</c>, of which 2 permits a core_pattern that names a program: so there is the limit too, and it is 1, for with 0 that program runs.
    /// Source: PR_SET_DUMPABLE(2const); core(5); fs/coredump.c; what it prevents: CVE-2016-9962.
    /// </remarks>
    public static unsafe void HideMemory()
    {
        if (Libc.prctl(Libc.PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        {
            throw SyscallException.Last("prctl", "PR_SET_DUMPABLE");
        }

        ulong most = Math.Min(1, ReadHardLimit(Libc.RLIMIT_CORE));
        rlimit64 limit = new() { rlim_cur = most, rlim_max = most };
        if (Libc.syscall(Libc.NumberOf(Syscall.prlimit64), 0, Libc.RLIMIT_CORE, (nint)(&limit), 0, 0, 0) != 0)
        {
            throw SyscallException.Last("prlimit64", "RLIMIT_CORE");
        }
    }

    /// <summary>Children of this process wait to be reaped, even if it was started with SIGCHLD ignored, in which case the kernel would reap them itself.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <remarks>Source: sigaction(2), "SA_NOCLDWAIT"; waitid(2), "NOTES".</remarks>
    public static unsafe void KeepChildren()
    {
        if (!ReadIgnoredSignals().Contains(Libc.SIGCHLD))
        {
            return;
        }

        const int SigsetSize = 8;
        sigaction usual = default; // SIG_DFL
        if (Libc.syscall(Libc.NumberOf(Syscall.rt_sigaction), Libc.SIGCHLD, (nint)(&usual), 0, SigsetSize, 0, 0) != 0)
        {
            throw SyscallException.Last("rt_sigaction", "SIGCHLD");
        }
    }

    /// <summary>The signals that this process ignores; a child ignores them too unless told otherwise, for handlers end at execve and ignoring does not.</summary>
    /// <remarks>Source: proc_pid_status(5), "SigIgn".</remarks>
    public static ImmutableArray<int> ReadIgnoredSignals()
    {
        const string Label = "SigIgn:";
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Label, StringComparison.Ordinal));
        ulong mask = ulong.Parse(line.AsSpan(Label.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(1, SignalCount).Where(signal => (mask >> (signal - 1) & 1) != 0)];
    }

    /// <summary>The most that this process may raise its limit on <paramref name="resource"/> (RLIMIT_*) to, without CAP_SYS_RESOURCE.</summary>
    /// <exception cref="SyscallException">EINVAL: no such resource.</exception>
    public static unsafe ulong ReadHardLimit(int resource)
    {
        rlimit64 limit = default;
        return Libc.syscall(Libc.NumberOf(Syscall.prlimit64), 0, resource, 0, (nint)(&limit), 0, 0) == 0 ? limit.rlim_max : throw SyscallException.Last("prlimit64", $"{resource}");
    }

    /// <summary>The cgroup v2 that this process is in: <c>/system.slice/agent-sandboxd.service</c>.</summary>
    /// <remarks>Source: cgroups(7), "/proc/pid/cgroup".</remarks>
    public static string ReadCgroup()
    {
        const string Unified = "0::";
        return File.ReadLines("/proc/self/cgroup").First(line => line.StartsWith(Unified, StringComparison.Ordinal))[Unified.Length..];
    }

    /// <summary>The highest capability that the kernel knows.</summary>
    /// <remarks>Source: capabilities(7), "/proc/sys/kernel/cap_last_cap".</remarks>
    public static int ReadLastCapability() => int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), CultureInfo.InvariantCulture);
}
