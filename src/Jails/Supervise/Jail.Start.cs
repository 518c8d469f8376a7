using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

public sealed partial class Jail
{
    /// <summary>Starts <paramref name="spec"/> in the jail, under the same confinement as every other command.</summary>
    /// <param name="spec">The command.</param>
    /// <param name="stdio">Its standard fds; the caller may close them when this returns.</param>
    /// <returns>The running command; the caller waits for it.</returns>
    /// <exception cref="SyscallException">It could not be started: the step, and why. ENOENT at execve: no such program in the jail.</exception>
    /// <exception cref="ProofException">It runs with less confinement than planned; it was killed.</exception>
    /// <exception cref="PolicyException">The command is refused, or the jail is paused.</exception>
    public Command Start(CommandSpec spec, CommandStdio stdio)
    {
        CommandValidation.Check(spec, Spec.Workspace);
        Command command;
        _gate.EnterReadLock();
        try
        {
            command = IsPaused ? throw new PolicyException("jail", $"{Id} is paused: no command starts in it before it is resumed") : StartNow(spec, stdio);
        }
        finally
        {
            _gate.ExitReadLock();
        }

        if (!spec.IsLast)
        {
            _ready.Expect(this);
        }

        return command;
    }

    /// <summary>Bears a process that waits to become the next command, if one may wait now.</summary>
    /// <param name="program">The program that waits.</param>
    /// <param name="keep">Takes it over, before the jail can change.</param>
    /// <exception cref="SyscallException">A step failed.</exception>
    internal void MakeReady(SafeFileHandle program, Action<ReadyCommand> keep)
    {
        if (!_gate.TryEnterReadLock(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (!IsPaused && !IsKilled && ReadyCommandPlanner.Fits(Spec))
            {
                keep(BearReady(program));
            }
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>A process waits in the jail, and is in nobody's way; or it waits no more.</summary>
    /// <param name="one">1 or -1.</param>
    /// <exception cref="SyscallException">The limit of processes cannot be changed.</exception>
    internal void CountWaiting(int one)
    {
        if (!IsKilled)
        {
            _parts.Cgroup?.Lend(one);
        }
    }

    /// <summary>Runs a program without execve under the confinement of a command, and returns what each step returned.</summary>
    /// <exception cref="SyscallException">A step failed that was not to.</exception>
    internal long[] RunSteps(ChildProgram program)
    {
        using SafeFileHandle nothing = Files.Open("/dev/null", Libc.O_RDWR);
        using Cgroup? leaf = CreateLeaf();
        using LaunchedChild child = _spawner.Start(program, Table(new CommandStdio(nothing, nothing, nothing), leaf));
        return child.WaitForResults(Spawner.Deadline);
    }

    private Command StartNow(CommandSpec spec, CommandStdio stdio)
    {
        JailSpec now = Spec;
        JailLimits limits = spec.Limits.Within(now.Limits);
        Interlocked.Increment(ref _commands);
        (ChildProcess Process, Cgroup? Leaf)? called = spec.Terminal ? null : Call(spec, stdio);
        (ChildProcess process, Cgroup? leaf) = called ?? Launch(CommandPlanner.Plan(now, spec), stdio);
        try
        {
            CommandProof proof = CommandProof.Read(process, hasExecuted: called is not null);
            proof.Verify(now);
            Command command = new(this, new Lazy<string>(() => CommandPlanner.Plan(now, spec).Hash()), process, leaf, proof, limits);
            _running[command] = true;
            return command;
        }
        catch
        {
            process.Kill();
            process.Reap();
            process.Dispose();
            leaf?.Dispose();
            throw;
        }
    }

    // Null: none waits, or it cannot be had.
    private (ChildProcess Process, Cgroup? Leaf)? Call(CommandSpec spec, CommandStdio stdio)
    {
        if (_ready.Take(this, Spec) is not ReadyCommand ready)
        {
            return null;
        }

        try
        {
            CountWaiting(-1);
            return ready.Execute(spec, stdio);
        }
        finally
        {
            _later.Add(ready.Dispose);
        }
    }

    private (ChildProcess Process, Cgroup? Leaf) Launch(ChildProgram program, CommandStdio stdio)
    {
        Cgroup? leaf = CreateLeaf();
        try
        {
            using LaunchedChild child = _spawner.Start(program, Table(stdio, leaf));
            return (child.WaitForExec(Spawner.Deadline), leaf);
        }
        catch
        {
            leaf?.Dispose();
            throw;
        }
    }

    private ReadyCommand BearReady(SafeFileHandle program)
    {
        JailSpec now = Spec;
        CountWaiting(1);
        Cgroup? leaf = null;
        WaitingChild? child = null;
        try
        {
            leaf = CreateLeaf()!;
            child = BearWaiting(program, leaf);
            child.Walk(ReadyCommandPlanner.PlanFilter(now));
            return new ReadyCommand(this, now, child, leaf);
        }
        catch
        {
            child?.Dispose();
            leaf?.Dispose();
            CountWaiting(-1);
            throw;
        }
    }

    private WaitingChild BearWaiting(SafeFileHandle program, Cgroup leaf)
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSocket.CreatePair(Libc.SOCK_SEQPACKET);
        using (theirs)
        {
            try
            {
                UnixSocket.SetReceiveTimeout(ours, Spawner.Deadline);
                FdTable fds = Table(null, leaf);
                fds[JailSlots.Channel] = theirs;
                fds[JailSlots.Ready] = program;
                using LaunchedChild born = _spawner.Start(ReadyCommandPlanner.Plan(Spec), fds);
                return new WaitingChild(born.WaitForExec(Spawner.Deadline), ours);
            }
            catch
            {
                ours.Dispose();
                throw;
            }
        }
    }

    private Cgroup? CreateLeaf()
    {
        Cgroup? leaf = _parts.TakeLeaf();
        if (leaf is null || Spec.Limits.Memory.IsMax || Spec.Degraded.Contains("cgroup.memory"))
        {
            return leaf;
        }

        try
        {
            leaf.Write("memory.oom.group", "1"); // out of memory, a command ends as a whole, and the jail's others go on
            return leaf;
        }
        catch
        {
            leaf.Dispose();
            throw;
        }
    }

    private FdTable Table(CommandStdio? stdio, Cgroup? leaf)
    {
        FdTable fds = _spawner.CreateTable();
        fds[JailSlots.Jail] = InitPidfd;
        if (stdio is not null)
        {
            fds[JailSlots.Stdin] = stdio.Stdin;
            fds[JailSlots.Stdout] = stdio.Stdout;
            fds[JailSlots.Stderr] = stdio.Stderr;
        }

        if (leaf is not null)
        {
            fds[JailSlots.Cgroup] = leaf.Handle;
        }

        if (_parts.Landlock is not null)
        {
            fds[JailSlots.Landlock] = _parts.Landlock;
        }

        return fds;
    }
}
