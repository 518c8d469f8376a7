using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Processes that wait to become commands: at most one in a jail, in the jails that ran a command last. Each becomes one command, or none.</summary>
/// <param name="later">When they are made.</param>
/// <param name="count">In how many jails: 0 or more.</param>
internal sealed class ReadyCommands(LaterWork later, int count) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ReadyCommand> _waiting = []; // the one that waits longest first
    private readonly HashSet<Jail> _expected = [];
    private readonly Lazy<SafeFileHandle> _program = new(ReadyProgram.Open);
    private readonly Lazy<EventLoop> _loop = new(() => new EventLoop());
    private bool _over;

    /// <summary>A command was started in <paramref name="jail"/>, and another will follow: has its process made, unless as many as can wait are about to be made already.</summary>
    internal void Expect(Jail jail)
    {
        lock (_gate)
        {
            if (_expected.Count >= count || !_expected.Add(jail))
            {
                return;
            }
        }

        later.Add(() => Make(jail)); // may wait, so not under the lock that Make takes
    }

    /// <summary>Takes the process that waits in <paramref name="jail"/>, if it was made for what the jail is now. The caller disposes it, and counts it from now on.</summary>
    internal ReadyCommand? Take(Jail jail, JailSpec now)
    {
        lock (_gate)
        {
            if (Find(jail) is not ReadyCommand ready || !ready.Fits(now))
            {
                return null;
            }

            _waiting.Remove(ready);
            return ready;
        }
    }

    /// <summary>Ends the process that waits in <paramref name="jail"/>, if one does.</summary>
    internal void Drop(Jail jail)
    {
        lock (_gate)
        {
            if (Find(jail) is ReadyCommand ready)
            {
                End(ready);
            }
        }
    }

    /// <summary>The cgroup of the process that waits in <paramref name="jail"/>; null: none does.</summary>
    internal string? LeafOf(Jail jail)
    {
        lock (_gate)
        {
            return Find(jail)?.Leaf;
        }
    }

    /// <summary>Ends all that wait.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            foreach (ReadyCommand ready in _waiting.ToArray())
            {
                End(ready);
            }
        }

        if (_loop.IsValueCreated)
        {
            _loop.Value.Dispose();
        }

        if (_program.IsValueCreated)
        {
            _program.Value.Dispose();
        }
    }

    private ReadyCommand? Find(Jail jail) => _waiting.Find(ready => ready.Jail == jail);

    private void End(ReadyCommand ready)
    {
        _waiting.Remove(ready);
        try
        {
            ready.Jail.CountWaiting(-1);
        }
        finally
        {
            ready.Dispose();
        }
    }

    // Whatever is wrong, the next start, for which a process is born on the spot, is told.
    private void Make(Jail jail)
    {
        lock (_gate)
        {
            _expected.Remove(jail);
            if (_over || (Find(jail) is ReadyCommand old && old.Fits(jail.Spec)))
            {
                return;
            }
        }

        Drop(jail);
        try
        {
            jail.MakeReady(_program.Value, Add);
        }
        catch (Exception refused) when (refused is SyscallException or ObjectDisposedException)
        {
            return;
        }

        if (jail.IsKilled)
        {
            Drop(jail); // it came too late for the one who killed it
        }
    }

    private void Add(ReadyCommand made)
    {
        lock (_gate)
        {
            try
            {
                _ = EndWithProcessAsync(made, made.WaitForEndAsync(_loop.Value));
            }
            catch
            {
                End(made);
                throw;
            }

            _waiting.Add(made);
            if (_waiting.Count > count)
            {
                End(_waiting[0]);
            }
        }
    }

    // A jail's PID 1 is not dead before all that died with it is reaped.
    private async Task EndWithProcessAsync(ReadyCommand ready, ValueTask<bool> end)
    {
        if (!await end.ConfigureAwait(false))
        {
            return;
        }

        try
        {
            lock (_gate)
            {
                if (_waiting.Contains(ready))
                {
                    End(ready);
                }
            }
        }
        catch (SyscallException failure)
        {
            later.Add(() => throw failure); // whoever ends the engine is told
        }
    }
}
