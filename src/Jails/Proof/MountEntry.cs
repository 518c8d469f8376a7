using System.Collections.Immutable;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Proof;

/// <summary>A mount of a jail.</summary>
/// <param name="Target">Where it is, inside the jail.</param>
/// <param name="Type">The file system's type.</param>
/// <param name="Options">The mount's own options.</param>
public sealed record MountEntry(string Target, string Type, string Options)
{
    /// <summary>True if the options have <paramref name="option"/>.</summary>
    public bool Has(string option)
    {
        foreach (Range part in Options.AsSpan().Split(','))
        {
            if (Options.AsSpan(part).SequenceEqual(option))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads mountinfo.</summary>
    internal static ImmutableArray<MountEntry> ParseAll(ReadOnlySpan<char> text)
    {
        ImmutableArray<MountEntry>.Builder mounts = ImmutableArray.CreateBuilder<MountEntry>();
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (!line.IsEmpty)
            {
                mounts.Add(Parse(line));
            }
        }

        return mounts.ToImmutable();
    }

    /// <summary>Reads a line of mountinfo.</summary>
    /// <remarks>
    /// <code>
    /// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    /// (1)(2)(3)   (4)   (5)      (6)      (7)   (8) (9)   (10)         (11)
    /// </code>
    /// (4), the path on the host, is not kept. Source: proc_pid_mountinfo(5).
    /// </remarks>
    internal static MountEntry Parse(ReadOnlySpan<char> line)
    {
        int halves = line.IndexOf(" - ");
        Span<Range> fields = stackalloc Range[7]; // the last holds the rest
        line[..halves].Split(fields, ' ');
        ReadOnlySpan<char> second = line[(halves + 3)..];
        return new MountEntry(MountInfo.Unescape(line[fields[4]].ToString()), second[..second.IndexOf(' ')].ToString(), line[fields[5]].ToString());
    }
}
