using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Landlock;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What a jail consists of, as far as it is made. Disposed, it is taken apart in the opposite order.</summary>
internal sealed class JailParts : IDisposable
{
    private readonly Lock _gate = new();
    private Cgroup? _spareLeaf;

    /// <summary>The jail's name among all jails.</summary>
    internal required string Id { get; init; }

    /// <summary>The jail's host uids.</summary>
    internal required UidRange Uids { get; init; }

    /// <summary>The jail's network namespace; null once it is born.</summary>
    internal SafeFileHandle? Network { get; set; }

    /// <summary>The jail's IPC namespace; null once it is born.</summary>
    internal SafeFileHandle? Ipc { get; set; }

    /// <summary>The jail's user namespace, with its maps; null once it is born.</summary>
    internal SafeFileHandle? User { get; set; }

    /// <summary>The jail's mount namespace. Held, it is not taken apart while somebody waits for the end of PID 1.</summary>
    internal SafeFileHandle? Mounts { get; set; }

    /// <summary>The jail's cgroup.</summary>
    internal JailCgroup? Cgroup { get; set; }

    /// <summary>The cgroup of PID 1, in the jail's.</summary>
    internal Cgroup? InitCgroup { get; set; }

    /// <summary>The number of the last cgroup that was made for a command.</summary>
    internal int LastLeaf { get; set; }

    /// <summary>The jail's PID 1; null before it is born and after it is reaped.</summary>
    internal ChildProcess? Init { get; set; }

    /// <summary>The jail's root directory.</summary>
    internal SafeFileHandle? Root { get; set; }

    /// <summary>The jail's Landlock ruleset.</summary>
    internal SafeFileHandle? Landlock { get; set; }

    /// <summary>Its hold on a workspace that outlives it.</summary>
    internal WorkspaceHolder? Workspace { get; set; }

    /// <summary>True once PID 1 was killed: what dies now dies of it, and no command comes any more.</summary>
    internal bool IsKilled { get; private set; }

    /// <summary>True once PID 1 is dead.</summary>
    internal bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return Init is null || Init.WaitForEnd(TimeSpan.Zero);
            }
        }
    }

    /// <summary>The disks of the jail's writable storage, as <c>io.max</c> names them: of a workspace that outlives it the loop devices. What the kernel writes for these it
    /// writes at their pace, so what is beneath needs no limit.</summary>
    /// <param name="spec">What the jail is, or will be.</param>
    /// <param name="next">The workspace that it gets; null: it has what it has.</param>
    internal ImmutableArray<string> DisksOf(JailSpec spec, WorkspaceHolder? next = null) => [.. spec.Disks.Concat((next ?? Workspace)?.Disks ?? []).Distinct()];

    /// <summary>Takes over a hold on a workspace, and lets go of the one before.</summary>
    internal void Hold(WorkspaceHolder workspace)
    {
        lock (_gate)
        {
            Workspace?.Dispose();
            Workspace = workspace;
        }
    }

    /// <summary>Makes the Landlock ruleset: its rules are bound to what the paths lead to now.</summary>
    internal void Fence(JailSpec spec)
    {
        SafeFileHandle? ruleset = spec.Landlock is null ? null : RulesetFactory.Create(spec.Landlock, spec.LandlockAbi, Root!);
        Landlock?.Dispose();
        Landlock = ruleset;
    }

    /// <summary>Kills PID 1, with which the kernel kills all else in the jail.</summary>
    internal void Kill()
    {
        lock (_gate)
        {
            IsKilled = true;
            Init?.Kill();
        }
    }

    /// <summary>Kills PID 1 and waits for its end.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <returns>False: it is not dead, for the kernel does not let go of a process in the jail.</returns>
    internal bool TryKill(TimeSpan patience)
    {
        Kill();
        return Init?.WaitForEnd(patience) ?? true;
    }

    /// <summary>A cgroup in the jail's for a command: the one that was made ahead, or a new one; null without cgroups. The caller disposes it.</summary>
    /// <exception cref="SyscallException">It cannot be made.</exception>
    internal Cgroup? TakeLeaf()
    {
        lock (_gate)
        {
            Cgroup? leaf = _spareLeaf ?? CreateLeaf();
            _spareLeaf = null;
            return leaf;
        }
    }

    /// <summary>Makes the cgroup of the next command ahead, if it lacks and a command can come.</summary>
    /// <exception cref="SyscallException">It cannot be made.</exception>
    internal void MakeSpareLeaf()
    {
        lock (_gate)
        {
            if (!IsKilled)
            {
                _spareLeaf ??= CreateLeaf();
            }
        }
    }

    /// <summary>Lets go of what only the birth needed: the jail holds its namespaces itself.</summary>
    internal void LetGoOfNamespaces()
    {
        Network?.Dispose();
        Ipc?.Dispose();
        User?.Dispose();
        (Network, Ipc, User) = (null, null, null);
    }

    /// <summary>Kills PID 1 and reaps it: everything in the jail is dead. Mounts and cgroups, empty by now, are removed by <paramref name="later"/>.</summary>
    internal void EndAndDisposeLater(LaterWork later)
    {
        End();
        later.Add(Dispose);
    }

    /// <summary>Kills PID 1, reaps it, and removes what the jail had.</summary>
    public void Dispose()
    {
        End();
        LetGoOfNamespaces();
        Root?.Dispose();
        Landlock?.Dispose();
        Mounts?.Dispose();
        _spareLeaf?.Dispose();
        InitCgroup?.Dispose();
        Cgroup?.Dispose();
        Uids.Dispose();
    }

    // The kernel lets PID 1 be reaped when all others are: pid_namespaces(7), "The namespace's init process".
    private void End()
    {
        lock (_gate)
        {
            IsKilled = true;
            if (Init is not null)
            {
                Init.Kill();
                Init.Reap();
                Init.Dispose();
                Init = null;
            }

            Workspace?.Dispose(); // nobody writes to it any more
            Workspace = null;
        }
    }

    private Cgroup? CreateLeaf() => Cgroup?.Cgroup.CreateLeaf(string.Create(CultureInfo.InvariantCulture, $"command-{++LastLeaf}"));
}
