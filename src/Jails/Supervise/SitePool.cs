using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What a jail needs whatever its profile is, made ahead: uid range, namespaces, cgroups. Each is for one jail and never for a second.</summary>
/// <param name="spawner">Starts the program that makes the namespaces.</param>
/// <param name="uids">Where the uid ranges come from.</param>
/// <param name="cgroups">Where the cgroups are made, or null.</param>
/// <param name="later">Makes what is kept ready.</param>
/// <param name="spare">How many are kept ready; 0 or more.</param>
internal sealed class SitePool(Spawner spawner, UidRangePool uids, CgroupTree? cgroups, LaterWork later, int spare) : IDisposable
{
    /// <summary>The cgroup of PID 1, in its jail's.</summary>
    internal const string InitCgroup = "init";

    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 12;

    private readonly Lock _gate = new();
    private readonly Dictionary<bool, Queue<JailParts>> _ready = new() { [true] = new(), [false] = new() };
    private readonly Dictionary<bool, int> _underWay = new() { [true] = 0, [false] = 0 };

    /// <summary>Takes a site, and has the next one made. The caller disposes it.</summary>
    /// <param name="loopback">True: the loopback interface of its network is up.</param>
    /// <exception cref="SyscallException">ENOSPC: /proc/sys/user/max_net_namespaces. EAGAIN: no uid range is free. Other: a step failed.</exception>
    internal JailParts Take(bool loopback)
    {
        JailParts? ready;
        int missing;
        lock (_gate)
        {
            _ready[loopback].TryDequeue(out ready);
            missing = spare - _ready[loopback].Count - _underWay[loopback];
            _underWay[loopback] += missing;
        }

        for (; missing > 0; missing--)
        {
            later.Add(() => MakeSpare(loopback)); // may wait, so not under the lock that MakeSpare takes
        }

        return ready ?? Make(loopback);
    }

    /// <summary>True if the site of this id is kept ready.</summary>
    internal bool Has(string id)
    {
        lock (_gate)
        {
            return _ready.Values.Any(queue => queue.Any(parts => parts.Id == id));
        }
    }

    /// <summary>Gives up those that nobody took. The later work is over by then: no more are made.</summary>
    public void Dispose()
    {
        foreach (JailParts unused in _ready.Values.SelectMany(queue => queue))
        {
            unused.Dispose();
        }
    }

    // Whatever is wrong, the next caller of Take that has to make one itself is told.
    private void MakeSpare(bool loopback)
    {
        JailParts? made = null;
        try
        {
            made = Make(loopback);
        }
        catch (SyscallException)
        {
            return;
        }
        finally
        {
            lock (_gate)
            {
                _underWay[loopback]--;
                if (made is not null)
                {
                    _ready[loopback].Enqueue(made);
                }
            }
        }
    }

    private JailParts Make(bool loopback)
    {
        JailParts parts = new() { Id = "j-" + RandomNumberGenerator.GetString(IdAlphabet, IdLength), Uids = uids.Take() };
        try
        {
            using LaunchedChild child = spawner.Start(SitePlanner.Plan(loopback), new FdTable());
            child.WaitForReady(Spawner.Deadline);
            child.WhileItWaits(pid => IdMap.Write(pid, 0, parts.Uids.First, 0, parts.Uids.First, UidRange.Count));
            SafeFileHandle[] kept = child.KeepNamespaces(["net", "ipc", "user"], Spawner.Deadline);
            (parts.Network, parts.Ipc, parts.User) = (kept[0], kept[1], kept[2]);
            if (cgroups is not null)
            {
                parts.Cgroup = cgroups.CreateJail(parts.Id);
                parts.InitCgroup = parts.Cgroup.Cgroup.CreateLeaf(InitCgroup);
                parts.MakeSpareLeaf();
            }

            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }
}
