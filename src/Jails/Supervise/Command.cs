using System.Diagnostics;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>A running command of a jail. <see cref="Wait"/> or <see cref="WaitAsync"/> is called once; the rest from any thread meanwhile.</summary>
public sealed class Command
{
    private readonly Jail _jail;
    private readonly ChildProcess _process;
    private readonly Cgroup? _leaf;
    private readonly CommandClock _clock;
    private readonly Lazy<string> _programHash;
    private readonly Lock _gate = new();
    private readonly Lock _collecting = new();
    private CommandEnd? _imposed;
    private int _passedOn;
    private bool _over;
    private bool _awaited;
    private CommandResult? _result;

    internal Command(Jail jail, Lazy<string> programHash, ChildProcess process, Cgroup? leaf, CommandProof proof, JailLimits limits)
        : this(jail, process, leaf, proof, limits, new CommandClock(limits, leaf, Stopwatch.GetTimestamp()), programHash)
    {
    }

    /// <summary>A command that an earlier run of this program started.</summary>
    internal Command(Jail jail, CommandState state, ChildProcess process, Cgroup leaf, CommandProof? proof)
        : this(jail, process, leaf, proof, state.Limits, new CommandClock(state.Limits, leaf, state.StartedAt), new Lazy<string>(state.ProgramHash))
    {
    }

    /// <summary>A command of an earlier run of this program that has ended.</summary>
    internal Command(Jail jail, CommandState state, CommandResult result)
        : this(jail, ChildProcess.Adopt(state.Process.Pid, new SafeFileHandle()), null, null, state.Limits, new CommandClock(state.Limits, null, state.StartedAt), new Lazy<string>(state.ProgramHash))
    {
        _result = result;
        _over = true;
    }

    private Command(Jail jail, ChildProcess process, Cgroup? leaf, CommandProof? proof, JailLimits limits, CommandClock clock, Lazy<string> programHash)
    {
        Limits = limits;
        Proof = proof;
        _jail = jail;
        _process = process;
        _leaf = leaf;
        _clock = clock;
        _programHash = programHash;
    }

    /// <summary>What it may use: the jail's limits when it started, or its own where they are tighter.</summary>
    public JailLimits Limits { get; }

    /// <summary>SHA-256 of the program that started it, as <c>sandboxctl plan</c> prints it.</summary>
    public string ProgramHash => _programHash.Value;

    /// <summary>What the kernel enforces on it, read back after its execve; null if it had ended when it was adopted.</summary>
    public CommandProof? Proof { get; }

    /// <summary>Its first process, to be waited for; owned by the command.</summary>
    public SafeFileHandle Pidfd => _process.Pidfd;

    /// <summary>The name of its cgroup in its jail's; empty without cgroups.</summary>
    internal string Leaf => _leaf?.Name ?? "";

    /// <summary>Its pid in our namespace, valid until <see cref="Wait"/> returns.</summary>
    public int Pid => _process.Pid;

    /// <summary>Waits for its end, kills it when its time runs out, and ends what it left behind.</summary>
    public CommandResult Wait()
    {
        if (!TryAwait())
        {
            return _result!;
        }

        while (!_process.WaitForEnd(TimeSpan.Zero) && !_process.WaitForEnd(EndWhatIsLate())) // what has ended is not late, however late we look
        {
        }

        return Finish();
    }

    /// <summary>As <see cref="Wait"/>, without a thread that waits.</summary>
    /// <param name="loop">Tells when it has ended.</param>
    public async Task<CommandResult> WaitAsync(EventLoop loop)
    {
        if (!TryAwait())
        {
            return _result!;
        }

        using (WatchedFd ended = loop.Watch(_process.Pidfd))
        {
            Task<bool> end = ended.WaitReadableAsync().AsTask();
            while (!end.IsCompleted)
            {
                await ((Task)end).WaitAsync(EndWhatIsLate()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return Finish();
    }

    /// <summary>What a later run of this program needs to take hold of it; null without cgroups, and once it has ended.</summary>
    public CommandState? Save() => _leaf is not null && ProcessIdentity.Read(Pid) is ProcessIdentity process
        ? new CommandState(Leaf, process, Limits, ProgramHash, _clock.StartedAt)
        : null;

    /// <summary>It has read or written a standard stream just now: its idle time begins anew.</summary>
    public void Touch() => _clock.Touch();

    /// <summary>Ends the command and all that it started, for <paramref name="reason"/>. The first reason counts; after the end it does nothing.</summary>
    public void Kill(CommandEnd reason)
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _imposed ??= reason;
            if (_leaf is not null)
            {
                _leaf.Kill();
            }
            else
            {
                _jail.Kill(); // without cgroups only the pid namespace holds all descendants
            }
        }
    }

    /// <summary>Passes <paramref name="signal"/> (1 to 64) on to the command's process group. After the end it does nothing.</summary>
    /// <exception cref="SyscallException">EINVAL: no such signal.</exception>
    public void Signal(int signal)
    {
        lock (_gate)
        {
            if (!_over && _process.SignalGroup(signal))
            {
                _passedOn = signal;
            }
        }
    }

    /// <summary>What it used until now; null without cgroups, and after its end.</summary>
    /// <exception cref="SyscallException">A file of its cgroup cannot be read.</exception>
    public CommandUsage? ReadUsage()
    {
        lock (_gate)
        {
            return _over || _leaf is null ? null : CommandMeter.Read(_leaf, _clock.Wall);
        }
    }

    /// <summary>Waits for its end with its jail, and takes what is left of it, whether or not somebody else waits: an unreaped child would hold the jail's PID 1.</summary>
    internal void EndWithJail()
    {
        lock (_collecting)
        {
            if (_result is not null)
            {
                return;
            }

            _process.WaitForEnd(Timeout.InfiniteTimeSpan);
            _result = Collect();
            if (!_awaited)
            {
                _process.Dispose();
            }
        }
    }

    // False: it ended with its jail.
    private bool TryAwait()
    {
        lock (_collecting)
        {
            _awaited = _result is null;
            return _awaited;
        }
    }

    // Kills it if a time-out is reached; returns how long it takes until one can be.
    private TimeSpan EndWhatIsLate()
    {
        if (_clock.Check(out TimeSpan next) is CommandEnd.TimedOut late)
        {
            Kill(late);
            return Timeout.InfiniteTimeSpan; // what is killed ends
        }

        return next;
    }

    private CommandResult Finish()
    {
        lock (_collecting)
        {
            _result ??= Collect();
            _process.Dispose();
            return _result;
        }
    }

    private CommandResult Collect()
    {
        TimeSpan wall = _clock.Wall;
        lock (_gate)
        {
            _over = true;
        }

        try
        {
            ExitStatus status = _process.Reap();
            CommandUsage usage = CommandMeter.Read(_leaf, status, wall);
            return new CommandResult(Judge(status, usage), usage);
        }
        finally
        {
            _jail.Forget(this, _leaf);
        }
    }

    private CommandEnd Judge(ExitStatus status, CommandUsage usage)
    {
        if (_imposed is not null)
        {
            return _imposed;
        }

        if (!status.IsKnown)
        {
            return new CommandEnd.Unknown();
        }

        if (status.Exited)
        {
            return new CommandEnd.Exited(status.Status);
        }

        if (status.Status == Libc.SIGKILL && _leaf?.ReadKey("memory.events", "oom_kill") > 0)
        {
            return new CommandEnd.OomKilled(usage.PeakMemoryBytes, _jail.Spec.Limits.Memory.IsMax ? null : _jail.Spec.Limits.Memory.Value.Bytes);
        }

        if (status.Status == Libc.SIGKILL && _jail.IsEnding)
        {
            return new CommandEnd.JailEnded("its PID 1 was killed");
        }

        return new CommandEnd.Signaled(status.Status, _passedOn == status.Status ? "caller" : "inside");
    }
}
