using AgentSandbox.Daemon.Registry;
using AgentSandbox.Daemon.Systemd;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Commands;

/// <summary>Keeps what a later run of the daemon needs to take hold of commands: their state in files, and with systemd their pidfd and the ends of their pipes, so
/// that neither how they end nor what they write meanwhile is lost.</summary>
/// <param name="store">The files.</param>
/// <param name="notifier">systemd's fd store, where there is one.</param>
/// <param name="inherited">What an earlier run left there.</param>
internal sealed class CommandKeeper(StateStore store, ServiceNotifier notifier, InheritedSockets inherited)
{
    private const string Process = "process";
    private const string Output = "output";
    private const string Error = "error";
    private const int RingBytes = 1024 * 1024;

    /// <summary>Keeps a command that runs.</summary>
    public void Keep(JailEntry entry, ManagedCommand command)
    {
        store.Save(entry, Saved(command), command.Command.Save());
        if (!command.Ended.IsCompleted)
        {
            notifier.StoreFds(NameOf(entry, command.Id, Process), [command.Command.Pidfd], poll: false);
            if (command.Handles is (SafeFileHandle output, SafeFileHandle error))
            {
                notifier.StoreFds(NameOf(entry, command.Id, Output), [output], poll: false);
                notifier.StoreFds(NameOf(entry, command.Id, Error), [error], poll: false);
            }
        }
    }

    /// <summary>Keeps how a command ended, as long as its jail lives.</summary>
    public void KeepEnd(JailEntry entry, ManagedCommand command, CommandResult result)
    {
        store.SaveEnd(entry, Saved(command), result);
        foreach (string what in new[] { Process, Output, Error })
        {
            notifier.RemoveFds(NameOf(entry, command.Id, what));
        }
    }

    /// <summary>Takes hold of a command that was kept.</summary>
    public ManagedCommand Adopt(JailEntry entry, CommandState state, SavedCommand saved, EventLoop loop, OutputBuffers buffers)
    {
        SafeFileHandle? pidfd = Take(entry, saved, Process);
        SafeFileHandle? output = Take(entry, saved, Output);
        SafeFileHandle? error = Take(entry, saved, Error);
        CommandPipes? pipes = output is null || error is null ? null : CommandPipes.Adopt(loop, output, error);
        return new ManagedCommand(loop, buffers, saved.Id, [.. saved.Argv], entry.Jail.Adopt(state, pidfd), pipes, new OutputRing(RingBytes)) { StartedAt = saved.StartedAt };
    }

    private static SavedCommand Saved(ManagedCommand command) => new(command.Id, [.. command.Argv], command.StartedAt);

    private static string NameOf(JailEntry entry, string command, string what) => $"{entry.Id}.{command}.{what}";

    private SafeFileHandle? Take(JailEntry entry, SavedCommand saved, string what)
    {
        SafeFileHandle? first = null;
        foreach (SafeFileHandle fd in inherited.TakeStored(NameOf(entry, saved.Id, what)))
        {
            if (first is null)
            {
                first = fd;
            }
            else
            {
                fd.Dispose();
            }
        }

        return first;
    }
}
