using System.Diagnostics;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>A running command of a jail. <see cref="Wait"/> is called once; the rest from any thread meanwhile.</summary>
public sealed class Command
{
    private readonly Jail _jail;
    private readonly ChildProcess _process;
    private readonly Cgroup? _leaf;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Lock _collecting = new();
    private CommandEnd? _imposed;
    private int _passedOn;
    private bool _over;
    private bool _awaited;
    private CommandResult? _result;

    internal Command(Jail jail, ChildProgram program, ChildProcess process, Cgroup? leaf, CommandProof proof)
    {
        Proof = proof;
        Program = program;
        _jail = jail;
        _process = process;
        _leaf = leaf;
    }

    /// <summary>The program that started it.</summary>
    public ChildProgram Program { get; }

    /// <summary>What the kernel enforces on it, read back after its execve.</summary>
    public CommandProof Proof { get; }

    /// <summary>Its pid in our namespace, valid until <see cref="Wait"/> returns.</summary>
    public int Pid => _process.Pid;

    /// <summary>Waits for its end, kills it when its time runs out, and ends what it left behind.</summary>
    public CommandResult Wait()
    {
        lock (_collecting)
        {
            if (_result is not null)
            {
                return _result; // it ended with its jail
            }

            _awaited = true;
        }

        Limit<TimeSpan> limit = _jail.Spec.Limits.Timeout;
        TimeSpan left = limit.IsMax ? Timeout.InfiniteTimeSpan : limit.Value - Stopwatch.GetElapsedTime(_started);
        if (!_process.WaitForEnd(limit.IsMax || left > TimeSpan.Zero ? left : TimeSpan.Zero))
        {
            Kill(new CommandEnd.TimedOut("wall", limit.Value));
            _process.WaitForEnd(Timeout.InfiniteTimeSpan);
        }

        lock (_collecting)
        {
            _result ??= Collect();
            _process.Dispose();
            return _result;
        }
    }

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
            return _over || _leaf is null ? null : CommandMeter.Read(_leaf, Stopwatch.GetElapsedTime(_started));
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

    private CommandResult Collect()
    {
        TimeSpan wall = Stopwatch.GetElapsedTime(_started);
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

        if (status.Exited)
        {
            return new CommandEnd.Exited(status.Status);
        }

        if (status.Status == Libc.SIGKILL && _leaf?.ReadKey("memory.events", "oom_kill") > 0)
        {
            return new CommandEnd.OomKilled(usage.PeakMemoryBytes, _jail.Spec.Limits.Memory.IsMax ? null : _jail.Spec.Limits.Memory.Value.Bytes);
        }

        if (status.Status == Libc.SIGKILL && _jail.HasEnded)
        {
            return new CommandEnd.JailEnded("its PID 1 was killed");
        }

        return new CommandEnd.Signaled(status.Status, _passedOn == status.Status ? "caller" : "inside");
    }
}
