using System.Collections.Immutable;
using System.Globalization;

namespace AgentSandbox.Kernel;

/// <summary>As whom the kernel sees a process: what decides on files.</summary>
/// <param name="Uid">The effective uid.</param>
/// <param name="Gid">The effective gid.</param>
/// <param name="Groups">The supplementary groups.</param>
public sealed record UnixIdentity(uint Uid, uint Gid, ImmutableArray<uint> Groups)
{
    private const uint None = uint.MaxValue; // (uid_t)-1
    private const uint UsualOverflow = 65534;

    /// <summary>True if an id is the one that stands for all that have no number in our user namespace: then it is nobody's in particular.</summary>
    /// <remarks>Source: user_namespaces(7), "Unmapped user and group IDs".</remarks>
    public bool HasOverflowId =>
        Uid == None || Gid == None || Uid == OverflowId("/proc/sys/kernel/overflowuid") || IsIn(OverflowId("/proc/sys/kernel/overflowgid"));

    /// <summary>True if <paramref name="gid"/> is one of the groups.</summary>
    public bool IsIn(uint gid) => Gid == gid || Groups.Contains(gid);

    /// <summary>True if both are the same user in the same groups.</summary>
    public bool Equals(UnixIdentity? other) => other is not null && Uid == other.Uid && Gid == other.Gid && Groups.SequenceEqual(other.Groups);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Uid, Gid, Groups.Length);

    /// <summary><c>uid 1000, gid 1000, groups 27 100</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"uid {Uid}, gid {Gid}{(Groups.IsEmpty ? "" : $", groups {string.Join(' ', Groups)}")}");

    private static uint OverflowId(string file) => (uint?)HostFile.ReadNumber(file) ?? UsualOverflow;
}
