using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Cgroups of jails that nobody has, all in them killed, in which the kernel does not let go of a process. Each is removed when it can be; until then nobody gets
/// the uids of what is in it. Safe to use from several threads at once.</summary>
/// <param name="uids">Where jails get their uids.</param>
internal sealed class StuckCgroups(UidRangePool uids) : IDisposable
{
    private readonly Lock _gate = new();
    private ImmutableList<(Cgroup Cgroup, ImmutableArray<UidRange> Uids)> _held = [];

    /// <summary>Their names.</summary>
    internal ImmutableArray<string> Names => [.. _held.Select(held => held.Cgroup.Name)];

    /// <summary>Takes one over, with the uids of what is in it.</summary>
    internal void Add(Cgroup cgroup)
    {
        ImmutableArray<UidRange> ranges = [.. cgroup.ReadProcesses().Select(RangeOf).OfType<uint>().Distinct().Select(uids.TakeAgain).OfType<UidRange>()];
        lock (_gate)
        {
            _held = _held.Add((cgroup, ranges));
        }
    }

    /// <summary>Removes those that are empty by now.</summary>
    /// <returns>Their names.</returns>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    internal ImmutableArray<string> RemoveEmpty()
    {
        lock (_gate)
        {
            ImmutableArray<(Cgroup Cgroup, ImmutableArray<UidRange> Uids)> gone = [.. _held.Where(held => !held.Cgroup.IsPopulated)];
            foreach ((Cgroup cgroup, ImmutableArray<UidRange> ranges) in gone)
            {
                cgroup.Dispose();
                LetGo(ranges);
            }

            _held = _held.RemoveRange(gone);
            return [.. gone.Select(one => one.Cgroup.Name)];
        }
    }

    /// <summary>Lets go of them; they stay.</summary>
    public void Dispose()
    {
        foreach ((Cgroup cgroup, ImmutableArray<UidRange> ranges) in _held)
        {
            cgroup.Handle.Dispose();
            LetGo(ranges);
        }
    }

    private static void LetGo(ImmutableArray<UidRange> ranges)
    {
        foreach (UidRange range in ranges)
        {
            range.Dispose();
        }
    }

    // The first uid of the range that a process's is in; null: it has ended, or is none of a jail's.
    private static uint? RangeOf(int pid)
    {
        try
        {
            using SafeFileHandle process = ProcFile.Open(pid);
            uint uid = uint.Parse(ProcessStatus.Read(process).Uids.Split(' ')[0], CultureInfo.InvariantCulture);
            return uid < UidRangePool.FirstUid ? null : uid - ((uid - UidRangePool.FirstUid) % UidRange.Count);
        }
        catch (SyscallException gone) when (gone.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            return null;
        }
    }
}
