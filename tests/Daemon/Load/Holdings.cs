using AgentSandbox.Tests.Daemon.Api;
using AgentSandbox.V1;

namespace AgentSandbox.Tests.Daemon.Load;

/// <summary>What a daemon holds of the host at one moment.</summary>
/// <param name="Jails">Jails that it knows.</param>
/// <param name="OpenFiles">Its open fds.</param>
/// <param name="Cgroups">Directories in its cgroup.</param>
/// <param name="UidRanges">Uid ranges that it has locked.</param>
/// <param name="Children">Its child processes, dead ones too.</param>
internal sealed record Holdings(int Jails, int OpenFiles, int Cgroups, int UidRanges, int Children)
{
    private const int FewFiles = 8; // the runtime opens files of its own now and then

    /// <summary>Looks.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="status">What it says itself.</param>
    public static Holdings Read(DaemonProcess daemon, StatusResponse status) => new(
        status.Jails,
        status.OpenFiles,
        Directory.Exists(daemon.Cgroup) ? Directory.GetDirectories(daemon.Cgroup, "*", SearchOption.AllDirectories).Length : 0,
        CountLocks(daemon.Pid),
        Directory.GetDirectories($"/proc/{daemon.Pid}/task").Sum(task => ReadText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));

    /// <summary>True if <paramref name="later"/> is no more than this.</summary>
    public bool Covers(Holdings later) =>
        later.Jails <= Jails && later.OpenFiles <= OpenFiles + FewFiles && later.Cgroups <= Cgroups && later.UidRanges <= UidRanges && later.Children <= Children;

    // Source: proc_pid_fdinfo(5); a range is a locked byte.
    private static int CountLocks(int pid) => Directory.GetFiles($"/proc/{pid}/fd")
        .Where(fd => new System.IO.FileInfo(fd).LinkTarget?.EndsWith("/uid-ranges", StringComparison.Ordinal) == true)
        .SelectMany(fd => ReadText($"/proc/{pid}/fdinfo/{Path.GetFileName(fd)}").Split('\n'))
        .Where(line => line.StartsWith("lock:", StringComparison.Ordinal))
        .Sum(line => Bytes(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    // Neighbouring bytes are one lock: its last two words are the first byte and the last.
    private static int Bytes(string[] words) =>
        int.Parse(words[^1], System.Globalization.CultureInfo.InvariantCulture) - int.Parse(words[^2], System.Globalization.CultureInfo.InvariantCulture) + 1;

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return ""; // a thread or fd that ended meanwhile
        }
    }
}
