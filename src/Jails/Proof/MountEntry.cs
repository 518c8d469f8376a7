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

    /// <summary>Reads a line of mountinfo.</summary>
    /// <remarks>
    /// <code>
    /// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    /// (1)(2)(3)   (4)   (5)      (6)      (7)   (8) (9)   (10)         (11)
    /// </code>
    /// (4), the path on the host, is not kept. Source: proc_pid_mountinfo(5).
    /// </remarks>
    internal static MountEntry Parse(string line)
    {
        string[] halves = line.Split(" - ", 2);
        string[] fields = halves[0].Split(' ');
        return new MountEntry(MountInfo.Unescape(fields[4]), halves[1].Split(' ')[0], fields[5]);
    }
}
