using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using static AgentSandbox.Kernel.Child.Arg;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Makes user namespaces in which no process lives: an idmapped mount takes its map from one.</summary>
/// <remarks>Source: mount_setattr(2), "ID-mapped mounts".</remarks>
internal static class IdmapNamespace
{
    private static readonly ChildProgram s_program = new()
    {
        Name = "idmap",
        CloneFlags = (NumberArg)Const(CLONE_NEWUSER),
        Cgroup = null,
        Before = [SpawnerSteps.BlockSignals],
        Steps =
        [
            RendezvousSteps.EndWithUs,
            RendezvousSteps.Await("the daemon writes uid_map and gid_map"),
            new("the namespace lives on in the daemon's fd", Syscall.exit_group, 0),
        ],
        After = [SpawnerSteps.RestoreSignals],
    };

    /// <summary>A namespace in which the files of <paramref name="onDisk"/> belong to <paramref name="inJail"/>. The caller disposes it.</summary>
    /// <param name="spawner">Starts the program that makes it.</param>
    /// <param name="onDisk">The uid and gid that the files have.</param>
    /// <param name="inJail">The host uid and gid of the jail's user.</param>
    /// <exception cref="SyscallException">The namespace or its map was refused.</exception>
    internal static SafeFileHandle Create(Spawner spawner, (uint Uid, uint Gid) onDisk, (uint Uid, uint Gid) inJail)
    {
        using LaunchedChild child = spawner.Start(s_program, new FdTable());
        child.WhileItWaits(pid => IdMap.Write(pid, onDisk.Uid, inJail.Uid, onDisk.Gid, inJail.Gid, count: 1));
        return child.KeepNamespace("user", Spawner.Deadline);
    }
}
