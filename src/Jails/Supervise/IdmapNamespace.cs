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
    /// <param name="root">The uid and gid on disk of what root makes; null: root makes nothing there.</param>
    internal static SafeFileHandle Create(Spawner spawner, (uint Uid, uint Gid) onDisk, (uint Uid, uint Gid) inJail, (uint Uid, uint Gid)? root = null)
    {
        using LaunchedChild child = spawner.Start(s_program, new FdTable());
        (uint, uint)[] uids = [(onDisk.Uid, inJail.Uid), .. root is { } user ? [(user.Uid, 0u)] : Array.Empty<(uint, uint)>()];
        (uint, uint)[] gids = [(onDisk.Gid, inJail.Gid), .. root is { } group ? [(group.Gid, 0u)] : Array.Empty<(uint, uint)>()];
        child.WhileItWaits(pid => IdMap.Write(pid, uids, gids));
        return child.KeepNamespace("user", Spawner.Deadline);
    }
}
