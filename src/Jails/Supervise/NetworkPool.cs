using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Network namespaces that are made ahead, each for one jail and never for a second.</summary>
/// <param name="spawner">Starts the program that makes one.</param>
/// <param name="spare">How many are kept ready; 0 or more.</param>
internal sealed class NetworkPool(Spawner spawner, int spare) : IDisposable
{
    private readonly ConcurrentQueue<Task<SafeFileHandle>> _withLoopback = new();
    private readonly ConcurrentQueue<Task<SafeFileHandle>> _without = new();

    /// <summary>Takes a namespace, and has the next one made. The caller disposes it.</summary>
    /// <param name="loopback">True: its loopback interface is up.</param>
    /// <exception cref="SyscallException">ENOSPC: /proc/sys/user/max_net_namespaces. Other: a step failed.</exception>
    internal SafeFileHandle Take(bool loopback)
    {
        ConcurrentQueue<Task<SafeFileHandle>> queue = loopback ? _withLoopback : _without;
        while (queue.Count < spare)
        {
            queue.Enqueue(Task.Run(() => Make(loopback)));
        }

        return queue.TryDequeue(out Task<SafeFileHandle>? ready) ? ready.GetAwaiter().GetResult() : Make(loopback);
    }

    public void Dispose()
    {
        foreach (Task<SafeFileHandle> unused in _withLoopback.Concat(_without))
        {
            unused.ContinueWith(made => made.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        _withLoopback.Clear();
        _without.Clear();
    }

    private SafeFileHandle Make(bool loopback)
    {
        using LaunchedChild child = spawner.Start(NetworkPlanner.Plan(loopback), new FdTable());
        return child.KeepNamespace("net", Spawner.Deadline);
    }
}
