using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>What this process has and is: its namespaces, its root, its dumpable bit.</summary>
public static class OwnProcess
{
    /// <summary>Opens one of this process's namespaces: <c>mnt</c>, <c>pid</c>, <c>user</c>. The caller disposes it.</summary>
    /// <exception cref="SyscallException">ENOENT: the kernel lacks the namespace, or /proc is not mounted.</exception>
    public static SafeFileHandle OpenNamespace(string kind) => Files.Open($"/proc/self/ns/{kind}", Libc.O_RDONLY);

    /// <summary>Opens a namespace of the process <paramref name="pid"/>, which must be a child that is not reaped yet. The caller disposes it.</summary>
    /// <exception cref="SyscallException">ENOENT: the process has ended. EACCES: it may not be looked at.</exception>
    public static SafeFileHandle OpenNamespace(int pid, string kind) =>
        Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{kind}"), Libc.O_RDONLY);

    /// <summary>Nobody without privileges may read this process's memory or fds, not even in the moment in which a child shares it inside a jail.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <remarks>Source: PR_SET_DUMPABLE(2const); what it prevents: CVE-2016-9962.</remarks>
    public static void HideMemory()
    {
        if (Libc.prctl(Libc.PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        {
            throw SyscallException.Last("prctl", "PR_SET_DUMPABLE");
        }
    }
}
