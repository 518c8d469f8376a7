using System.Collections.Immutable;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program of a command in three parts: what holds for every command of a jail is done ahead, by a process that then waits for its last words.</summary>
public static class ReadyCommandPlanner
{
    private const int SignalScopeAbi = 6;
    private const int Report = 16;

    /// <summary>True if a command can wait in the jail of <paramref name="spec"/>: no other command can reach it there, and the filter permits what it does when it is called.</summary>
    public static bool Fits(JailSpec spec) =>
        spec.Landlock is { ScopeSignal: true } && spec.LandlockAbi >= SignalScopeAbi && spec.Cgroup
        && new SyscallStep[]
        {
            new("", recvmsg, ReadyProgram.Channel, 0, 0),
            new("", chdir),
            new("", execve),
            new("", write, ReadyProgram.Channel, 0, Report),
            new("", exit_group),
        }.All(step => FilterAnswer.Of(spec.Filter, step) == SECCOMP_RET_ALLOW);

    /// <summary>The birth of the process that waits. Whatever its one fd says, it has no more rights than a command.</summary>
    public static ChildProgram Plan(JailSpec spec) => CommandPlanner.Born("ready command", spec, [.. CommandPlanner.Enter(spec), .. CommandPlanner.Lockdown(spec), .. KeepChannel(), Wait]);

    /// <summary>What the process does as soon as it runs the program that waits, which the filter need not permit to execute.</summary>
    public static StepList PlanFilter(JailSpec spec) => new(
        "ready command, filter",
        [
            new("a program that is executed does not have the socket", close_range, ReadyProgram.Channel, ReadyProgram.Channel, Const((ulong)CLOSE_RANGE_CLOEXEC, nameof(CLOSE_RANGE_CLOEXEC))),
            LockdownSteps.Filter(spec.Filter),
        ]);

    /// <summary>What the process does when it is called. With the words it gets stdin, stdout and stderr, which find 0, 1 and 2 free.</summary>
    public static StepList PlanWords(JailSpec spec, CommandSpec command) => new(
        "ready command, last words",
        [
            new("the working directory is inside: no fd of ours is open that a magic link could lead to", chdir, command.WorkingDirectory ?? spec.Workspace),
            .. CommandPlanner.Execute(spec, command),
        ]);

    // The socket gets its number when nothing else is open: it could be any before.
    private static SyscallStep[] KeepChannel()
    {
        const string Why = "the process has one fd, by which it is called";
        return
        [
            new(Why, dup3, Fd(JailSlots.Channel), 0, 0),
            new(Why, dup3, Fd(JailSlots.Ready), 1, Const(O_CLOEXEC)),
            LockdownSteps.Close(2),
            new(Why, dup3, 0, ReadyProgram.Channel, 0),
            new(Why, close, 0),
        ];
    }

    private static SyscallStep Wait { get; } =
        new("it waits in a program of our own, which nobody in the jail can look into", execveat, 1, "", Strings(["jail-ready"]), Strings([]), Const(AT_EMPTY_PATH));
}
