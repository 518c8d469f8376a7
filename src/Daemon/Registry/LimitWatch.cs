using System.Diagnostics;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Tells when a jail is at a limit: the kernel wakes us when a counter of its cgroup has changed. Disposed, it tells no more.</summary>
internal sealed class LimitWatch : IDisposable
{
    private const string Reached = "max";
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1); // a jail at its limit is there many times a second

    private readonly CgroupCounter _counter;
    private readonly WatchedFd _changed;

    private LimitWatch(CgroupCounter counter, EventLoop loop)
    {
        _counter = counter;
        _changed = loop.Watch(counter.Handle);
    }

    /// <summary>Watches a counter of a jail.</summary>
    /// <param name="cgroup">The jail's cgroup.</param>
    /// <param name="file"><c>memory.events</c> or <c>pids.events</c>.</param>
    /// <param name="loop">Tells of changes.</param>
    /// <param name="reached">Called each time the jail has come to the limit, at most once a second.</param>
    /// <returns>Null if the cgroup does not have the controller.</returns>
    public static LimitWatch? Start(Cgroup cgroup, string file, EventLoop loop, Action reached)
    {
        if (CgroupCounter.Open(cgroup, file) is not CgroupCounter counter)
        {
            return null;
        }

        LimitWatch watch = new(counter, loop);
        _ = watch.RunAsync(reached);
        return watch;
    }

    public void Dispose()
    {
        _changed.Dispose();
        _counter.Dispose();
    }

    private async Task RunAsync(Action reached)
    {
        long before = _counter.Read(Reached);
        long told = 0;
        while (await _changed.WaitChangedAsync().ConfigureAwait(false))
        {
            long now;
            try
            {
                now = _counter.Read(Reached);
            }
            catch (Exception gone) when (gone is SyscallException or ObjectDisposedException or IOException)
            {
                return; // the jail has just ended
            }

            if (now > before && (told == 0 || Stopwatch.GetElapsedTime(told) > s_quiet))
            {
                told = Stopwatch.GetTimestamp();
                reached();
            }

            before = now;
        }
    }
}
