using System.Collections.Immutable;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Proof;

/// <summary>What the kernel enforces on a jail, read back from its PID 1 after it was made.</summary>
public sealed record JailProof
{
    /// <summary>The kinds of namespaces that this kernel has.</summary>
    internal static ImmutableArray<string> Kinds { get; } =
        [.. new[] { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time" }.Where(k => File.Exists($"/proc/self/ns/{k}"))];

    private static readonly ImmutableSortedDictionary<string, string> s_own =
        Kinds.ToImmutableSortedDictionary(k => k, k => new FileInfo($"/proc/self/ns/{k}").LinkTarget!, StringComparer.Ordinal);

    /// <summary>The jail's namespaces, by kind: <c>net</c> to <c>net:[4026532281]</c>.</summary>
    public required ImmutableSortedDictionary<string, string> Namespaces { get; init; }

    /// <summary>PID 1's privileges.</summary>
    public required ProcessStatus Init { get; init; }

    /// <summary>The uid map: first inside, first outside, count.</summary>
    public required string UidMap { get; init; }

    /// <summary>The gid map.</summary>
    public required string GidMap { get; init; }

    /// <summary>The mounts.</summary>
    public required ImmutableArray<MountEntry> Mounts { get; init; }

    /// <summary>The Landlock ABI of the ruleset that every command has; 0: none.</summary>
    public required int LandlockAbi { get; init; }

    /// <summary>The limits that the jail's cgroup has: <c>memory.max</c> to its value. Empty without cgroups.</summary>
    public ImmutableSortedDictionary<string, string> Cgroup { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Of a jail that is being ended: it says nothing.</summary>
    internal static JailProof Nothing { get; } = new()
    {
        Namespaces = ImmutableSortedDictionary<string, string>.Empty,
        Init = new ProcessStatus("", "", "", "", "", "", ""),
        UidMap = "",
        GidMap = "",
        Mounts = [],
        LandlockAbi = 0,
    };

    /// <summary>Compares it with the plan.</summary>
    /// <exception cref="ProofException">Something is not enforced.</exception>
    internal void Verify(JailSpec spec, JailCgroup? cgroup) => ProofException.ThrowIfAny([.. Gaps(spec), .. CgroupGaps(Cgroup, cgroup)]);

    /// <summary>The limits that are others than planned, in words.</summary>
    internal static IEnumerable<string> CgroupGaps(ImmutableSortedDictionary<string, string> found, JailCgroup? cgroup) =>
        cgroup?.Planned.SelectMany(planned => Differs(planned.Key, found.GetValueOrDefault(planned.Key, "absent"), planned.Value)) ?? [];

    private IEnumerable<string> Gaps(JailSpec spec)
    {
        string map = $"0 {spec.UidBase} {Supervise.UidRange.Count}";
        string[] writable = ["/proc", "/dev/pts", .. spec.Tmpfs.Select(t => t.Target), .. spec.Binds.Where(b => b.Writable).Select(b => b.Target), .. Kept(spec)];
        string[] devices = ["/dev", "/dev/pts", .. spec.ProcMasks.Select(m => $"/proc/{m}")];
        return
        [
            .. Kinds.Where(k => (k != "time" || spec.TimeNamespace) && Namespaces.GetValueOrDefault(k) == s_own.GetValueOrDefault(k)).Select(k => $"the {k} namespace is the host's"),
            .. Init.Gaps(spec.UidBase, spec.UidBase).Select(g => $"PID 1: {g}"),
            .. Differs("uid_map", UidMap, map),
            .. Differs("gid_map", GidMap, map),
            .. Mounts.Where(m => !m.Has("nosuid")).Select(m => $"{m.Target} is not nosuid"),
            .. Mounts.Where(m => !m.Has("nodev") && !devices.Contains(m.Target)).Select(m => $"{m.Target} is not nodev"),
            .. Mounts.Where(m => !m.Has("ro")).Where(m => !writable.Any(w => Policy.JailPath.IsWithin(m.Target, w) && (w != "/proc" || m.Target == w))).Select(m => $"{m.Target} is writable"),
            .. spec.Tmpfs.Select(t => t.Target).Append("/proc").Where(t => Mounts.All(m => m.Target != t)).Select(t => $"{t} is not mounted"),
            .. Kept(spec).Where(t => Mounts.Where(m => m.Target == t).Select(m => (m.Type, m.Has("noexec"))).ToArray() is not [("overlay", bool noExec)] || noExec != spec.Kept!.NoExec)
                .Select(t => $"{t} is not the workspace that is kept"),
        ];
    }

    private static string[] Kept(JailSpec spec) => spec.Kept is null ? [] : [spec.Workspace];

    private static string[] Differs(string what, string found, string planned) => found == planned ? [] : [$"{what} is '{found}', planned is '{planned}'"];

    // Both are separated by blanks and tabs of a number that depends on the width.
    internal static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
