using AgentSandbox.Access;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Commands;

/// <summary>Starts commands in jails, within their owners' quotas, and puts their starts and ends on record.</summary>
/// <param name="loop">Moves their bytes, and tells when they have ended.</param>
/// <param name="quotas">How many commands an owner may run.</param>
/// <param name="recorder">Learns of their starts and ends.</param>
/// <param name="buffers">Memory for their output.</param>
/// <param name="keeper">Keeps those that are to outlive this run of the daemon.</param>
internal sealed class CommandRunner(EventLoop loop, QuotaLedger quotas, Recorder recorder, WorkspaceKeeper workspaces, OutputBuffers buffers, CommandKeeper keeper)
{
    /// <summary>Starts a command whose streams are pipes, or a terminal of the jail's own.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="spec">The command.</param>
    /// <param name="size">The size of its terminal: rows and columns, 1 to 65,535 each; null: pipes.</param>
    /// <param name="sink">Where its output goes.</param>
    /// <param name="grant">How many commands the owner may run.</param>
    /// <param name="keep">True: it outlives its caller, and this run of the daemon.</param>
    /// <exception cref="SyscallException">A step of the start failed.</exception>
    /// <exception cref="QuotaException">The owner runs as many commands as it may.</exception>
    public ManagedCommand Start(JailEntry entry, CommandSpec spec, (ushort Rows, ushort Columns)? size, IOutputSink sink, Grant grant, bool keep = false)
    {
        (CommandPipes ours, CommandStdio theirs) = size is (ushort rows, ushort columns)
            ? CommandPipes.OpenTerminal(loop, entry.Jail.Root, rows, columns)
            : CommandPipes.OpenPipes(loop);
        try
        {
            return Start(entry, spec with { Terminal = size is not null }, theirs, ours, sink, grant, keep);
        }
        catch
        {
            ours.Dispose();
            throw;
        }
    }

    /// <summary>Starts a command with streams of its caller's, which are closed on our side.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="spec">The command.</param>
    /// <param name="theirs">Its streams.</param>
    /// <param name="grant">How many commands the owner may run.</param>
    /// <exception cref="SyscallException">A step of the start failed.</exception>
    /// <exception cref="QuotaException">The owner runs as many commands as it may.</exception>
    public ManagedCommand Start(JailEntry entry, CommandSpec spec, CommandStdio theirs, Grant grant) => Start(entry, spec, theirs, null, new CappedSink(0), grant, keep: false);

    /// <summary>Takes in a command that an earlier run of the daemon started.</summary>
    public void Adopt(JailEntry entry, CommandState state, SavedCommand saved)
    {
        ManagedCommand command = keeper.Adopt(entry, state, saved, loop, buffers);
        entry.Adopt(command);
        if (state.Result is null)
        {
            Watch(entry, command, quotas.Adopt(entry.Record.Owner, ResourceTotals.OfCommand), kept: true);
        }
        else
        {
            _ = command.WatchAsync(_ => { });
        }
    }

    private ManagedCommand Start(JailEntry entry, CommandSpec spec, CommandStdio theirs, CommandPipes? ours, IOutputSink sink, Grant grant, bool keep)
    {
        try
        {
            QuotaReservation share = quotas.Reserve(entry.Record.Owner, ResourceTotals.OfCommand, grant);
            ManagedCommand command;
            try
            {
                command = entry.Start(id => new ManagedCommand(loop, buffers, id, spec.Argv, entry.Jail.Start(spec, theirs), ours, sink));
            }
            catch
            {
                share.Dispose();
                throw;
            }

            try
            {
                Record(entry, command, keep);
            }
            finally
            {
                Watch(entry, command, share, keep);
            }

            return command;
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            recorder.CommandRefused(entry, spec.Argv, refused);
            throw;
        }
        finally
        {
            theirs.Stdin.Dispose();
            theirs.Stdout.Dispose();
            theirs.Stderr.Dispose();
        }
    }

    private void Record(JailEntry entry, ManagedCommand command, bool keep)
    {
        try
        {
            if (keep)
            {
                keeper.Keep(entry, command);
            }

            recorder.CommandStarted(entry, command);
        }
        catch
        {
            command.Command.Kill(new CommandEnd.Killed("the daemon: its start could not be put on record"));
            throw;
        }
    }

    private void Watch(JailEntry entry, ManagedCommand command, QuotaReservation share, bool kept) => _ = command.WatchAsync(result =>
    {
        share.Dispose();
        recorder.CommandEnded(entry, command, result);
        if (entry.Jail.IsWorkspaceFull && workspaces.Find(entry.Jail.Spec.Kept!.Id) is WorkspaceState full)
        {
            recorder.WorkspaceFull(full, entry);
        }

        if (kept && !entry.HasEnded)
        {
            keeper.KeepEnd(entry, command, result);
        }
    });
}
