using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>A program in unmanaged memory, ready for the stub. It must live until the child has let go of this process's memory.</summary>
internal sealed unsafe class EncodedProgram : IDisposable
{
    private readonly ProgramEncoder _encoder;

    internal EncodedProgram(ChildProgram program, FdTable fds)
    {
        Program = program;
        _encoder = new ProgramEncoder(fds);
        try
        {
            Context = _encoder.Allocate<StubContext>();
            Alive = _encoder.Word("alive");
            Ready = _encoder.Word(ChildProgram.ReadyWord);
            Go = _encoder.Word(ChildProgram.GoWord);
            Context->CloneArgs = _encoder.Allocate<clone_args>();
            Context->CloneArgsSize = (ulong)sizeof(clone_args);
            Context->CloneArgs->flags = (ulong)program.CloneFlags.Value
                | Libc.CLONE_VM | Libc.CLONE_PIDFD | Libc.CLONE_CHILD_CLEARTID | Libc.CLONE_CLEAR_SIGHAND;
            Pidfd = _encoder.Allocate<int>();
            *Pidfd = -1;
            Context->CloneArgs->pidfd = (ulong)Pidfd;
            Context->CloneArgs->child_tid = (ulong)Alive;
            Context->CloneArgs->exit_signal = Libc.SIGCHLD;
            Context->CloneArgs->cgroup = program.Cgroup is string cgroup ? (ulong)_encoder.Fd(cgroup) : 0;
            Context->Before = _encoder.Encode(program.Before);
            Context->Steps = _encoder.Encode(program.Steps);
            Context->After = _encoder.Encode(program.After);
            _encoder.Link(program.Before, Context->Before);
            _encoder.Link(program.Steps, Context->Steps);
            _encoder.Link(program.After, Context->After);
        }
        catch
        {
            _encoder.Dispose();
            throw;
        }
    }

    internal ChildProgram Program { get; }

    internal StubContext* Context { get; }

    internal EncodedList Before => new(Program.Name, "parent", Program.Before, Context->Before, &Context->BeforeReport);

    internal EncodedList Steps => new(Program.Name, "child", Program.Steps, Context->Steps, &Context->ChildReport);

    internal EncodedList After => new(Program.Name, "parent", Program.After, Context->After, &Context->AfterReport);

    /// <summary>1 until the child has let go of this process's memory, then 0.</summary>
    internal int* Alive { get; }

    /// <summary>1 until the child has done the step whose result is <c>ready</c>, then that step's result.</summary>
    internal int* Ready { get; }

    /// <summary>1 until the parent lets the child go on, then 0.</summary>
    internal int* Go { get; }

    /// <summary>The pidfd that clone3 made; -1 until then.</summary>
    internal int* Pidfd { get; }

    /// <summary>The pidfd that clone3 made. The caller disposes it; call it once.</summary>
    internal SafeFileHandle TakePidfd() => new(*Pidfd, ownsHandle: true);

    public void Dispose() => _encoder.Dispose();
}
