using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;
using static AgentSandbox.Kernel.Syscall;

namespace AgentSandbox.Jails.Plan;

/// <summary>The program that makes the namespaces of one jail that are the same for every profile, ahead of it: among them the network, by far the dearest.</summary>
public static class SitePlanner
{
    private const string WhyHold = "the daemon writes uid_map and gid_map, and takes hold of the namespaces";

    /// <summary>The program. Its user namespace comes last: the others belong to the host's.</summary>
    /// <param name="loopback">True: the network's loopback interface is up. False: nothing is.</param>
    public static ChildProgram Plan(bool loopback) => new()
    {
        Name = "site",
        CloneFlags = (NumberArg)Const(CLONE_NEWNET | CLONE_NEWIPC),
        Cgroup = null,
        Before = [SpawnerSteps.BlockSignals],
        Steps =
        [
            RendezvousSteps.EndWithUs,
            .. loopback ? Loopback() : [],
            new("whoever is in it has no power over the network", unshare, Const(CLONE_NEWUSER)) { Result = ChildProgram.ReadyWord },
            RendezvousSteps.Announce(WhyHold),
            RendezvousSteps.Await(WhyHold),
            new("the namespaces live on in the daemon's fds", exit_group, 0),
        ],
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
