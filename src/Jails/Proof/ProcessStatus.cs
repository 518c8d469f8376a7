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
        string text = ProcFile.Read(process, "status");
        return new ProcessStatus(
            Value(text, "Uid"),
            Value(text, "Gid"),
            Value(text, "Groups"),
            string.Join(' ', s_sets.Select(set => Value(text, set))),
            Value(text, "NoNewPrivs"),
            Value(text, "Seccomp"),
            Value(text, "Seccomp_filters"));
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

    // NAME:\tVALUE\tVALUE..., a line each; empty if the kernel does not have the line.
    private static string Value(string text, string name)
    {
        int start = text.IndexOf($"\n{name}:\t", StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        start += name.Length + 3;
        return text[start..text.IndexOf('\n', start)].Replace('\t', ' ').Trim();
    }
}
