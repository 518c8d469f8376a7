using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>Steps in which the child waits for something that only the parent can do.</summary>
internal static class RendezvousSteps
{
    private const int PatienceSeconds = 10;

    /// <summary>A child that waits has copies of all our fds, sockets and locks among them: should we be killed meanwhile, it is too. The change of ids that comes
    /// before a program is executed ends it.</summary>
    /// <remarks>Source: PR_SET_PDEATHSIG(2const).</remarks>
    internal static SyscallStep EndWithUs { get; } =
        new("should we die, nobody waits on with copies of our fds", prctl, Const(PR_SET_PDEATHSIG), Named(SIGKILL, nameof(SIGKILL)), 0, 0, 0);

    /// <summary>The parent learns that the step before, whose result is <see cref="ChildProgram.ReadyWord"/>, is done.</summary>
    internal static SyscallStep Announce(string why) => new(why, futex, Word(ChildProgram.ReadyWord), Const(FUTEX_WAKE), 1);

    /// <summary>The child waits until the parent lets it go on; not for ever, should the parent die.</summary>
    internal static SyscallStep Await(string why)
    {
        Arg timeout = Struct(new StructField("tv_sec", 8, PatienceSeconds), new StructField("", 8, 0));
        return new(why, futex, Word(ChildProgram.GoWord), Const(FUTEX_WAIT), 1, timeout) { Tolerates = Errno.EAGAIN };
    }
}
