using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Jails.Cgroups.Usage;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>The cgroup of a jail with the limits that it has. Disposed, all in it is killed and it is removed.</summary>
public sealed class JailCgroup : IDisposable
{
    private const string MemoryMax = "memory.max";
    private const string PidsMax = "pids.max";
    private const int MostWrites = 64;

    private readonly IReadOnlyCollection<string> _controllers;
    private readonly Lock _lending = new();
    private ImmutableArray<CgroupWrite> _planned = [];
    private int _lent;
    private bool _hasLent;

    internal JailCgroup(Cgroup cgroup, IReadOnlyCollection<string> controllers)
    {
        Cgroup = cgroup;
        _controllers = controllers;
    }

    /// <summary>The cgroup; owned by this object.</summary>
    public Cgroup Cgroup { get; }

    /// <summary>What its files are to say.</summary>
    public ImmutableSortedDictionary<string, string> Planned => _planned
        .Where(write => !write.IsOptional)
        .ToImmutableSortedDictionary(write => write.Name, write => write.Value, StringComparer.Ordinal);

    /// <summary>Sets <paramref name="limits"/>: first what gives more, then what gives less, so that what is lent to a tighter limit is there before it bites.
    /// Each file goes from its old value to its new one at once, never over "no limit". Refused, all files have their old values again.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="disks">The disks of the jail's writable storage: <c>254:0</c>.</param>
    /// <exception cref="SyscallException">A value was refused; the message names file and value.</exception>
    public void Set(JailLimits limits, ImmutableArray<string> disks)
    {
        ImmutableArray<CgroupWrite> wanted = [.. CgroupWrites.For(limits, _controllers, disks)];
        Dictionary<string, CgroupWrite> before = _planned.ToDictionary(write => write.Name);
        CgroupWrite[] changed = [.. wanted.Where(write => before.GetValueOrDefault(write.Name) != write).OrderByDescending(write => IsMore(write, before))];
        for (int i = 0; i < changed.Length; i++)
        {
            try
            {
                changed[i].WriteTo(Cgroup);
            }
            catch
            {
                Restore(changed.AsSpan(0, i), before);
                throw;
            }
        }

        _planned = wanted;
        if (changed.FirstOrDefault(write => write.Name == MemoryMax && before.ContainsKey(write.Name)) is CgroupWrite memory)
        {
            KillUntilBelow(memory);
        }
    }

    /// <summary>What the kernel says in the places of <see cref="Planned"/>.</summary>
    /// <exception cref="SyscallException">A file cannot be read.</exception>
    public ImmutableSortedDictionary<string, string> Read() => _planned
        .Where(write => !write.IsOptional)
        .ToImmutableSortedDictionary(write => write.Name, write => write.ReadFrom(Cgroup) ?? "absent", StringComparer.Ordinal);

    /// <summary>A process of ours is in it that does not count, so one more is allowed; or it is not any more.</summary>
    /// <param name="one">1 or -1.</param>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    internal void Lend(int one)
    {
        lock (_lending)
        {
            _lent += one;
            _hasLent = true;
            if (_planned.FirstOrDefault(write => write.Name == PidsMax) is { Value: string most } && long.TryParse(most, CultureInfo.InvariantCulture, out long count))
            {
                Cgroup.Write(PidsMax, (count + _lent).ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>What it uses and used, without the process that does not count.</summary>
    /// <exception cref="SyscallException">ENODEV: the cgroup is gone.</exception>
    internal CgroupUsage ReadUsage()
    {
        CgroupUsage usage = CgroupUsage.Read(Cgroup);
        lock (_lending)
        {
            if (!_hasLent || usage.Pids is null)
            {
                return usage;
            }

            long now = usage.Pids.Current - _lent;
            return usage with { Pids = usage.Pids with { Current = now, Peak = usage.Pids.Peak is long peak ? Math.Max(now, peak - 1) : null } };
        }
    }

    /// <summary>Kills what is in it, and removes it.</summary>
    public void Dispose() => Cgroup.Dispose();

    // The kernel kills while it is written to, until what is used is below; it leaves off when a signal comes for the thread that writes (memory_max_write() in
    // mm/memcontrol.c). What cannot be killed may need more: then nothing more is done.
    private void KillUntilBelow(CgroupWrite memory)
    {
        for (int i = 0; i < MostWrites && Cgroup.Read("memory.current") is string used && Amount(used) > Amount(memory.Value); i++)
        {
            memory.WriteTo(Cgroup);
        }
    }

    private void Restore(ReadOnlySpan<CgroupWrite> written, Dictionary<string, CgroupWrite> before)
    {
        for (int i = written.Length - 1; i >= 0; i--)
        {
            if (before.TryGetValue(written[i].Name, out CgroupWrite? old))
            {
                old.WriteTo(Cgroup);
            }
        }
    }

    // "max" is more than any number; of several numbers (io.max, cpu.max) the first that differs decides.
    private static bool IsMore(CgroupWrite write, Dictionary<string, CgroupWrite> before) =>
        before.TryGetValue(write.Name, out CgroupWrite? old)
        && write.Value.Split(' ').Zip(old.Value.Split(' ')).FirstOrDefault(pair => pair.First != pair.Second) is (string now, string then)
        && Amount(now) > Amount(then);

    private static decimal Amount(string value) =>
        decimal.TryParse(value[(value.IndexOf('=', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture, out decimal amount) ? amount : decimal.MaxValue;
}
