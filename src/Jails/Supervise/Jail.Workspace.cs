using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Landlock;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

public sealed partial class Jail
{
    private int _looking;

    /// <summary>True if it has a workspace that outlives it, and there is no room for one more block or file. False once it has ended.</summary>
    public bool IsWorkspaceFull
    {
        get
        {
            if (Spec.Kept is null || HasEnded)
            {
                return false;
            }

            try
            {
                using SafeFileHandle workspace = Files.OpenAt(Root, Spec.Workspace, Libc.O_PATH | Libc.O_DIRECTORY, Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS);
                return VolumeUse.From(Files.Space(workspace)).IsFull;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Somebody looks into its workspace from outside, until <see cref="LeaveWorkspace"/>.</summary>
    internal void EnterWorkspace() => Interlocked.Increment(ref _looking);

    /// <summary>The end of <see cref="EnterWorkspace"/>.</summary>
    internal void LeaveWorkspace() => Interlocked.Decrement(ref _looking);

    /// <summary>Does something with its files from outside, not while it has to stand still.</summary>
    internal T WithFiles<T>(Func<T> work)
    {
        _gate.EnterReadLock();
        try
        {
            return work();
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Does <paramref name="act"/> while nothing in the jail, and nobody from outside, changes its files.</summary>
    /// <param name="act">Gets true if nothing runs in the jail and nobody has its files open.</param>
    /// <exception cref="PolicyException">Something runs, and the host has no cgroups to stop it.</exception>
    internal void WhileStill(Action<bool> act)
    {
        _gate.EnterWriteLock();
        try
        {
            Cgroup? still = _running.IsEmpty || IsPaused ? null : Cgroup ?? throw new PolicyException("host", "without cgroup v2 a jail in which something runs cannot be stopped");
            still?.Freeze();
            try
            {
                LiftIoLimits();
                act(_running.IsEmpty && Volatile.Read(ref _looking) == 0);
            }
            finally
            {
                _parts.Cgroup?.Set(Spec.Limits, _parts.DisksOf(Spec));
                still?.Thaw();
            }
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    // What was written goes to the disk at once while all stands still: who waits for that is not the jail.
    private void LiftIoLimits()
    {
        if (Spec.Kept is not null && Spec.Limits.LimitsIo)
        {
            JailLimits none = Spec.Limits with { IoReadBytes = default, IoWriteBytes = default, IoReads = default, IoWrites = default };
            _parts.Cgroup?.Set(none, _parts.DisksOf(Spec));
        }
    }

    /// <summary>Shows it another workspace, within <see cref="WhileStill"/>. If that fails the jail is ended: it must not write to what is closed.</summary>
    /// <param name="overlay">The workspace's mount.</param>
    /// <param name="spec">What the jail is with it.</param>
    /// <param name="holder">Its hold on the workspace, owned by the jail from now on; null: it has it already.</param>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <exception cref="ProofException">The kernel shows something else.</exception>
    internal void Show(SafeFileHandle overlay, JailSpec spec, WorkspaceHolder? holder)
    {
        _ready.Drop(this); // its Landlock ruleset names the old one
        try
        {
            _parts.Cgroup?.Set(spec.Limits, _parts.DisksOf(spec, holder));
            Mount(_spawner, InitPidfd, overlay, spec);
            _parts.Fence(spec);
            using JailReading reading = JailReading.Begin(InitPid);
            JailProof proof = reading.Complete(spec, _parts.Cgroup);
            proof.Verify(spec, _parts.Cgroup);
            (Spec, Proof) = (spec, proof);
            if (holder is not null)
            {
                holder.Jail = this;
                _parts.Hold(holder);
            }
        }
        catch
        {
            Kill();
            throw;
        }
    }

    /// <summary>Mounts a workspace in the place of what a jail sees there.</summary>
    internal static void Mount(Spawner spawner, SafeFileHandle init, SafeFileHandle overlay, JailSpec spec)
    {
        FdTable fds = spawner.CreateTable();
        fds[JailSlots.Jail] = init;
        fds[JailSlots.Workspace] = overlay;
        using LaunchedChild child = spawner.Start(WorkspacePlanner.Plan(spec), fds);
        child.WaitForResults(Spawner.Deadline);
    }
}
