using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Parts C and D of the threats: resources. Each attack ends by itself, limits or none.</summary>
internal static class ResourceAttacks
{
    /// <summary>The attacks.</summary>
    public static ImmutableArray<Attack> All { get; } =
    [
        new("fill-bytes", "C61", "filling a file system with bytes", "ENOSPC"),
        new("fill-inodes", "C61", "filling a file system with files", "ENOSPC"),
        new("sparse-file", "C61", "a file of 1 TiB", "EFBIG"),
        new("fork-bomb", "D73", "processes without end", Attack.Itself) { Arguments = ["{pids}"] },
        new("thread-bomb", "D74", "threads without end", Attack.Itself) { Arguments = ["{pids}"] },
        new("exhaust-terminals", "D76", "all terminals of the host", Attack.Itself) { Profiles = AttackProfiles.Standard },
        new("lock-memory", "D78", "memory that cannot be swapped", "ENOMEM,EPERM"),
        new("huge-pages", "D78", "the host's huge pages", "ENOMEM"),
        new("oom-score", "D75", "being spared when memory runs out", "EACCES"),
        new("raise-limits", "D89", "higher limits than it was given", "EPERM"),
        new("open-file-bomb", "D89", "open files without end", Attack.Itself) { Arguments = ["{open-files}"] },
        new("prlimit-init", "D89", "limits of PID 1", "EPERM"),
        new("core-dump", "D89", "a core dump, and its limit", Attack.Itself),
    ];
}
