using System.Diagnostics;
using System.Globalization;

namespace AgentSandbox.Tests;

/// <summary>What a daemon holds of the host at one moment.</summary>
/// <param name="Jails">Jails that it knows.</param>
/// <param name="OpenFiles">Its open fds.</param>
/// <param name="Cgroups">Directories in its cgroup.</param>
/// <param name="UidRanges">Uid ranges that it has locked.</param>
/// <param name="Children">Its child processes, dead ones too.</param>
internal sealed record Holdings(int Jails, int OpenFiles, int Cgroups, int UidRanges, int Children)
{
    private const int FewFiles = 8; // the runtime opens files of its own now and then
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Looks.</summary>
    /// <param name="pid">The daemon's.</param>
    /// <param name="cgroup">The cgroup that it has for itself; null: none.</param>
    /// <param name="jails">How many jails it says that it has.</param>
    public static Holdings Read(int pid, string? cgroup, int jails) => new(
        jails,
        Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length,
        Directory.Exists(cgroup) ? Directory.GetDirectories(cgroup, "*", SearchOption.AllDirectories).Length : 0,
        CountLocks(pid),
        Directory.GetDirectories($"/proc/{pid}/task").Sum(task => ReadText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));

    /// <summary>A process's memory that is no file's, in bytes.</summary>
    /// <remarks>Source: proc_pid_status(5), "RssAnon".</remarks>
    public static long ReadMemory(int pid) => 1024 * long.Parse(
        ReadText($"/proc/{pid}/status").Split('\n').First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Looks until it is no more than it was, or the same for a hundred looks: daemons take dead jails apart, and make sites ahead, on a thread of their own.</summary>
    /// <param name="look">Looks.</param>
    /// <param name="expected">What it was; null: that is to be found out.</param>
    public static async Task<Holdings> SettleAsync(Func<Task<Holdings>> look, Holdings? expected)
    {
        Holdings last = await look();
        long start = Stopwatch.GetTimestamp();
        for (int same = 0; same < 100 && expected?.Covers(last) != true && Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            Holdings now = await look();
            same = now == last ? same + 1 : 0;
            last = now;
        }

        return last;
    }

    /// <summary>True if <paramref name="later"/> is no more than this.</summary>
    public bool Covers(Holdings later) =>
        later.Jails <= Jails && later.OpenFiles <= OpenFiles + FewFiles && later.Cgroups <= Cgroups && later.UidRanges <= UidRanges && later.Children <= Children;

    // Source: proc_pid_fdinfo(5); a range is a locked byte.
    private static int CountLocks(int pid) => Directory.GetFiles($"/proc/{pid}/fd")
        .Where(fd => new FileInfo(fd).LinkTarget?.EndsWith("/uid-ranges", StringComparison.Ordinal) == true)
        .SelectMany(fd => ReadText($"/proc/{pid}/fdinfo/{Path.GetFileName(fd)}").Split('\n'))
        .Where(line => line.StartsWith("lock:", StringComparison.Ordinal))
        .Sum(line => Bytes(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    // Neighbouring bytes are one lock: its last two words are the first byte and the last.
    private static int Bytes(string[] words) => int.Parse(words[^1], CultureInfo.InvariantCulture) - int.Parse(words[^2], CultureInfo.InvariantCulture) + 1;

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
