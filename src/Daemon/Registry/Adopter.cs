using System.Diagnostics;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Takes hold of what an earlier run of the daemon left alive, and ends what cannot be taken hold of.</summary>
internal sealed class Adopter(StateStore store, JailEngine engine, JailRegistry registry, CommandRunner runner, QuotaLedger quotas, Recorder recorder, EventLoop loop)
{
    private TimeSpan _patience = TimeSpan.FromSeconds(3); // for all commands that nobody has together: callers wait meanwhile

    /// <summary>Takes hold of all that lives. Afterwards nothing lives that nobody has, but for what the kernel does not let go of.</summary>
    public void Adopt()
    {
        foreach ((string id, JailState? state, SavedRecord? saved, string reason) in store.Jails())
        {
            if (state is null || saved is null)
            {
                Lose(id, reason);
            }
            else
            {
                Adopt(state, saved.ToRecord());
            }
        }

        HashSet<string> owned = [.. registry.All.Select(entry => entry.Id)];
        engine.Sweep(owned.Contains);
        foreach (string id in engine.Stuck)
        {
            recorder.JailStuck(id);
        }
    }

    private void Adopt(JailState state, JailRecord record)
    {
        Jail jail;
        try
        {
            jail = engine.Adopt(state);
        }
        catch (Exception lost) when (lost is JailLostException or SyscallException)
        {
            Lose(state.Id, (lost as JailLostException)?.Reason ?? lost.Message);
            return;
        }

        JailEntry entry = new(jail, record, quotas.Adopt(record.Owner, ResourceTotals.OfJail(jail.Spec.Limits, new ByteSize(0))), loop);
        foreach ((string id, CommandState? command, SavedCommand? saved, string reason) in store.Commands(state.Id))
        {
            if (command is null || saved is null)
            {
                Lose(entry, id, reason);
            }
            else
            {
                Adopt(entry, command, saved);
            }
        }

        long start = Stopwatch.GetTimestamp();
        jail.Sweep(_patience);
        TimeSpan left = _patience - Stopwatch.GetElapsedTime(start);
        _patience = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        registry.Add(entry);
        recorder.JailAdopted(entry);
    }

    private void Adopt(JailEntry entry, CommandState command, SavedCommand saved)
    {
        try
        {
            runner.Adopt(entry, command, saved);
        }
        catch (Exception lost) when (lost is ProofException or SyscallException)
        {
            Lose(entry, saved.Id, lost.Message);
        }
    }

    private void Lose(JailEntry entry, string command, string reason)
    {
        store.Remove(entry.Id, command);
        recorder.CommandLost(entry, command, reason);
    }

    private void Lose(string id, string reason)
    {
        store.Remove(id);
        recorder.JailLost(id, reason);
    }
}
