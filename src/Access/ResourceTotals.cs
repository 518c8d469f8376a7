using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>What the jails of one owner use together, or may use together.</summary>
public sealed record ResourceTotals
{
    /// <summary>As quotas: no limit at all.</summary>
    public static ResourceTotals Unlimited { get; } = new();

    /// <summary>Nothing.</summary>
    public static ResourceTotals Zero { get; } = new() { Jails = 0, Memory = new ByteSize(0), Cpus = 0, Pids = 0, Disk = new ByteSize(0), Commands = 0 };

    /// <summary>Jails.</summary>
    public Limit<long> Jails { get; init; }

    /// <summary>Memory limits.</summary>
    public Limit<ByteSize> Memory { get; init; }

    /// <summary>CPU limits, in cores.</summary>
    public Limit<decimal> Cpus { get; init; }

    /// <summary>Process limits.</summary>
    public Limit<long> Pids { get; init; }

    /// <summary>Sizes of workspaces on disk.</summary>
    public Limit<ByteSize> Disk { get; init; }

    /// <summary>Commands that run.</summary>
    public Limit<long> Commands { get; init; }

    /// <summary>What one jail takes: its limits, whether it uses them or not.</summary>
    /// <param name="limits">Its limits.</param>
    /// <param name="disk">The size of its workspace on disk.</param>
    public static ResourceTotals OfJail(JailLimits limits, Limit<ByteSize> disk) =>
        Zero with { Jails = 1, Memory = limits.Memory, Cpus = limits.Cpus, Pids = limits.Pids, Disk = disk };

    /// <summary>What one running command takes.</summary>
    public static ResourceTotals OfCommand { get; } = Zero with { Commands = 1 };

    /// <summary>Both together; above what can be counted it is <c>max</c>.</summary>
    public ResourceTotals Plus(ResourceTotals other) => new()
    {
        Jails = Sum(Jails, other.Jails),
        Memory = Sum(Memory, other.Memory),
        Cpus = Cpus.IsMax || other.Cpus.IsMax ? Limit<decimal>.Max : Cpus.Value + other.Cpus.Value,
        Pids = Sum(Pids, other.Pids),
        Disk = Sum(Disk, other.Disk),
        Commands = Sum(Commands, other.Commands),
    };

    /// <summary>Of each the larger.</summary>
    public ResourceTotals Widest(ResourceTotals other) => Merge(other, Limits.Widest, Limits.Widest, Limits.Widest);

    /// <summary>Of each the smaller.</summary>
    public ResourceTotals Narrowest(ResourceTotals other) => Merge(other, Limits.Narrowest, Limits.Narrowest, Limits.Narrowest);

    private ResourceTotals Merge(
        ResourceTotals other,
        Func<Limit<long>, Limit<long>, Limit<long>> counts,
        Func<Limit<ByteSize>, Limit<ByteSize>, Limit<ByteSize>> sizes,
        Func<Limit<decimal>, Limit<decimal>, Limit<decimal>> cores) => new()
    {
        Jails = counts(Jails, other.Jails),
        Memory = sizes(Memory, other.Memory),
        Cpus = cores(Cpus, other.Cpus),
        Pids = counts(Pids, other.Pids),
        Disk = sizes(Disk, other.Disk),
        Commands = counts(Commands, other.Commands),
    };

    private static Limit<long> Sum(Limit<long> one, Limit<long> other) =>
        one.IsMax || other.IsMax || one.Value > long.MaxValue - other.Value ? Limit<long>.Max : one.Value + other.Value;

    private static Limit<ByteSize> Sum(Limit<ByteSize> one, Limit<ByteSize> other) =>
        one.IsMax || other.IsMax || one.Value.Bytes > long.MaxValue - other.Value.Bytes ? Limit<ByteSize>.Max : new ByteSize(one.Value.Bytes + other.Value.Bytes);
}
