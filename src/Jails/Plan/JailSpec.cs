using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Plan;

/// <summary>A jail, decided in every point: the profile, the request and the host are resolved, nothing is optional any more.</summary>
public sealed record JailSpec
{
    /// <summary>The profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>The jail's host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The image that is the root, or null: a tmpfs with <see cref="Root"/>. The fd slot <c>source:PATH</c> holds it.</summary>
    public required string? Image { get; init; }

    /// <summary>What the root holds, parents before children.</summary>
    public required ImmutableArray<RootEntry> Root { get; init; }

    /// <summary>The jail's writable places.</summary>
    public required ImmutableArray<TmpfsPolicy> Tmpfs { get; init; }

    /// <summary>What the caller binds in.</summary>
    public required ImmutableArray<JailBind> Binds { get; init; }

    /// <summary>Which <c>/proc</c> the jail has.</summary>
    public required ProcStyle Proc { get; init; }

    /// <summary>Paths beneath <c>/proc</c> that are covered; <c>sys</c> is made read-only instead.</summary>
    public required ImmutableArray<string> ProcMasks { get; init; }

    /// <summary>True: the jail has a <c>/dev/pts</c> of its own.</summary>
    public required bool Pts { get; init; }

    /// <summary>True: the jail's loopback interface is up.</summary>
    public required bool Loopback { get; init; }

    /// <summary>The first host uid and gid of the jail: its uid 0.</summary>
    public required uint UidBase { get; init; }

    /// <summary>The uid of the jail's programs, inside.</summary>
    public required uint Uid { get; init; }

    /// <summary>The gid of the jail's programs, inside.</summary>
    public required uint Gid { get; init; }

    /// <summary>The working directory and home of programs.</summary>
    public required string Workspace { get; init; }

    /// <summary>The workspace that outlives the jail and is seen there; null: a tmpfs, or what the caller binds.</summary>
    public KeptWorkspace? Kept { get; init; }

    /// <summary>The limits.</summary>
    public required JailLimits Limits { get; init; }

    /// <summary>The environment that every command gets; a command may add to it.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Names that no command may set; one that ends in <c>*</c> stands for all that begin so.</summary>
    public required ImmutableArray<string> DeniedVariables { get; init; }

    /// <summary>The seccomp filter of every command.</summary>
    public required ImmutableArray<sock_filter> Filter { get; init; }

    /// <summary>The Landlock ruleset of every command, or null where the caller gave it up by name.</summary>
    public required LandlockPolicy? Landlock { get; init; }

    /// <summary>The Landlock ABI that the ruleset is made for: 1 or more; 0 without.</summary>
    public required int LandlockAbi { get; init; }

    /// <summary>The disks that hold the writable binds, as <c>io.max</c> names them: <c>254:0</c>.</summary>
    public ImmutableArray<string> Disks => [.. Binds.Where(b => b.Writable).Select(b => b.Disk).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>True: commands are born in cgroups of their own.</summary>
    public required bool Cgroup { get; init; }

    /// <summary>True: programs have time namespaces of their own.</summary>
    public required bool TimeNamespace { get; init; }

    /// <summary>The highest capability that the host's kernel knows.</summary>
    public required int LastCapability { get; init; }

    /// <summary>The signals that this process ignores, and that a child must not inherit as ignored.</summary>
    public required ImmutableArray<int> IgnoredSignals { get; init; }

    /// <summary>The most that limits can be set to, by RLIMIT_*: a lower one of ours stays as it is.</summary>
    public required ImmutableSortedDictionary<int, ulong> HardLimits { get; init; }

    /// <summary>The layers that the caller gave up by name, and that this host lacks.</summary>
    public required ImmutableArray<string> Degraded { get; init; }

    /// <summary>True: the jail ends when the thread that made it ends. False: it outlives its maker.</summary>
    public bool EndsWithMaker { get; init; }
}
