using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>A process of a jail that waits to become its next command. Disposed before, it is killed.</summary>
/// <param name="jail">The jail.</param>
/// <param name="spec">What the jail was when it was born: it does not serve another.</param>
/// <param name="child">The process; owned by this object.</param>
/// <param name="leaf">Its cgroup; owned by this object until it is taken.</param>
internal sealed class ReadyCommand(Jail jail, JailSpec spec, WaitingChild child, Cgroup leaf) : IDisposable
{
    private Cgroup? _leaf = leaf;
    private WatchedFd? _watch;

    /// <summary>The jail.</summary>
    internal Jail Jail { get; } = jail;

    /// <summary>The name of its cgroup in its jail's.</summary>
    internal string Leaf { get; } = leaf.Name;

    /// <summary>True if it was made for what the jail is now.</summary>
    internal bool Fits(JailSpec now) => ReferenceEquals(spec, now);

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>False if this was disposed before.</returns>
    internal ValueTask<bool> WaitForEndAsync(EventLoop loop)
    {
        _watch = loop.Watch(child.Pidfd);
        return _watch.WaitReadableAsync();
    }

    /// <summary>Has it execute <paramref name="command"/>.</summary>
    /// <returns>The process, whose execve is complete, and its cgroup, owned by the caller; null: it was dead, or the command is too large for it. Nothing was executed.</returns>
    /// <exception cref="SyscallException">A step failed.</exception>
    internal (ChildProcess Process, Cgroup Leaf)? Execute(CommandSpec command, CommandStdio stdio)
    {
        if (child.Execute(ReadyCommandPlanner.PlanWords(spec, command), [stdio.Stdin, stdio.Stdout, stdio.Stderr]) is not ChildProcess process)
        {
            return null;
        }

        if (DiedWaiting(process))
        {
            process.Reap();
            process.Dispose();
            return null;
        }

        Cgroup leaf = _leaf!;
        _leaf = null;
        return (process, leaf);
    }

    // Killed, it can have taken its words still. Only a program that gives itself that name and ends at once is taken for one that never ran.
    private static bool DiedWaiting(ChildProcess process)
    {
        using SafeFileHandle directory = ProcFile.Open(process.Pid);
        ProcFile.WaitForRunningExec(directory);
        return ProcFile.EndsAs(directory, ReadyProgram.ProcessName);
    }

    /// <summary>Kills the process if it was not executed, and removes its cgroup.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        child.Dispose();
        _leaf?.Dispose();
    }
}
