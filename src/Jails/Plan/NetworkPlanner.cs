using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program that makes a network namespace for one jail. It is the dearest namespace by far, so it is made ahead of the jail.</summary>
public static class NetworkPlanner
{
    /// <summary>The program.</summary>
    /// <param name="loopback">True: the namespace's loopback interface is up. False: nothing is.</param>
    public static ChildProgram Plan(bool loopback) => new()
    {
        Name = "network",
        CloneFlags = (NumberArg)Const(CLONE_NEWNET),
        Cgroup = null,
        Before = [SpawnerSteps.BlockSignals],
        Steps = [.. loopback ? Loopback() : [], RendezvousSteps.Await("the daemon takes hold of the namespace"), new("the namespace lives on in the daemon's fd", exit_group, 0)],
        After = [SpawnerSteps.RestoreSignals],
    };

    private static SyscallStep[] Loopback()
    {
        const string Why = "loopback is the only network";
        Arg interfaceUp = Struct(
            new StructField("ifr_name", 8, Named('l' | ('o' << 8), "\"lo\"")),
            new StructField("", 8, 0),
            new StructField("ifr_flags", 2, Const((int)IFF_UP, nameof(IFF_UP))),
            new StructField("", 6, 0),
            new StructField("", 8, 0),
            new StructField("", 8, 0));
        return
        [
            new(Why, socket, Const(AF_INET), Const(SOCK_DGRAM | SOCK_CLOEXEC), 0) { Result = "network" },
            new(Why, ioctl, Result("network"), Const((ulong)SIOCSIFFLAGS, nameof(SIOCSIFFLAGS)), interfaceUp),
        ];
    }
}
