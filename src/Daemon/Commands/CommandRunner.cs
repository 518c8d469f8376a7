using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Commands;

/// <summary>Starts commands in jails.</summary>
/// <param name="loop">Moves their bytes, and tells when they have ended.</param>
/// <param name="recorder">Learns of their starts and ends.</param>
internal sealed class CommandRunner(EventLoop loop, Recorder recorder)
{
    /// <summary>Starts a command whose streams are pipes, or a terminal of the jail's own.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="spec">The command.</param>
    /// <param name="size">The size of its terminal: rows and columns, 1 to 65,535 each; null: pipes.</param>
    /// <param name="sink">Where its output goes.</param>
    /// <exception cref="SyscallException">A step of the start failed.</exception>
    public ManagedCommand Start(JailEntry entry, CommandSpec spec, (ushort Rows, ushort Columns)? size, IOutputSink sink)
    {
        (CommandPipes ours, CommandStdio theirs) = size is (ushort rows, ushort columns)
            ? CommandPipes.OpenTerminal(loop, entry.Jail.Root, rows, columns)
            : CommandPipes.OpenPipes(loop);
        try
        {
            return Start(entry, spec with { Terminal = size is not null }, theirs, ours, sink);
        }
        catch
        {
            ours.Dispose();
            throw;
        }
    }

    /// <summary>Starts a command with streams of its caller's, which this closes on our side.</summary>
    /// <inheritdoc cref="Start(JailEntry, CommandSpec, ValueTuple{ushort, ushort}?, IOutputSink)"/>
    public ManagedCommand Start(JailEntry entry, CommandSpec spec, CommandStdio theirs, IOutputSink sink) => Start(entry, spec, theirs, null, sink);

    private ManagedCommand Start(JailEntry entry, CommandSpec spec, CommandStdio theirs, CommandPipes? ours, IOutputSink sink)
    {
        try
        {
            ManagedCommand command = entry.Start(id => new ManagedCommand(loop, id, spec.Argv, entry.Jail.Start(spec, theirs), ours, sink));
            recorder.CommandStarted(entry, command);
            _ = RecordEndAsync(entry, command);
            return command;
        }
        finally
        {
            theirs.Stdin.Dispose();
            theirs.Stdout.Dispose();
            theirs.Stderr.Dispose();
        }
    }

    private async Task RecordEndAsync(JailEntry entry, ManagedCommand command) =>
        recorder.CommandEnded(entry, command, await command.Ended.ConfigureAwait(false));
}
