using System.Text;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Proof;

/// <summary>What <c>/proc/PID/status</c> says of a process's privileges. A process that has ended says it too, until it is reaped.</summary>
/// <param name="Uids">Real, effective, saved and file system uid, as our user namespace sees them.</param>
/// <param name="Gids">The gids alike.</param>
/// <param name="Groups">Supplementary groups; none.</param>
/// <param name="Capabilities">The inheritable, permitted, effective, bounding and ambient sets, in hexadecimal.</param>
/// <param name="NoNewPrivs">1: no execve gives privileges.</param>
/// <param name="Seccomp">2: a filter is in force.</param>
/// <param name="SeccompFilters">How many filters are.</param>
/// <remarks>Source: proc_pid_status(5).</remarks>
public sealed record ProcessStatus(string Uids, string Gids, string Groups, string Capabilities, string NoNewPrivs, string Seccomp, string SeccompFilters)
{
    private const string NoCapabilities = "0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000";

    private static readonly string[] s_sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];

    /// <summary>Reads the status of the process whose <c>/proc</c> directory is given.</summary>
    /// <exception cref="SyscallException">ESRCH: it is reaped.</exception>
    internal static ProcessStatus Read(SafeFileHandle process)
    {
        Dictionary<string, string> lines = ProcFile.Read(process, "status").Split('\n')
            .Select(l => l.Split(":\t", 2))
            .Where(l => l.Length == 2)
            .ToDictionary(l => l[0], l => l[1].Replace('\t', ' ').Trim());
        return new ProcessStatus(
            lines["Uid"],
            lines["Gid"],
            lines["Groups"],
            string.Join(' ', s_sets.Select(c => lines[c])),
            lines["NoNewPrivs"],
            lines["Seccomp"],
            lines.GetValueOrDefault("Seccomp_filters", ""));
    }

    /// <summary>What is not as it must be for a process of the host's <paramref name="uid"/> and <paramref name="gid"/> in a jail.</summary>
    internal IEnumerable<string> Gaps(uint uid, uint gid)
    {
        return new (string What, string Is, string MustBe)[]
        {
            ("Uid", Uids, Four(uid)),
            ("Gid", Gids, Four(gid)),
            ("Groups", Groups, ""),
            ("Cap*", Capabilities, NoCapabilities),
            ("NoNewPrivs", NoNewPrivs, "1"),
            ("Seccomp", Seccomp, "2"),
        }.Where(c => c.Is != c.MustBe).Select(c => $"{c.What} is '{c.Is}', planned is '{c.MustBe}'");
    }

    private static string Four(uint id) => $"{id} {id} {id} {id}";
}
