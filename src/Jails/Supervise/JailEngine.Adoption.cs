using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

public sealed partial class JailEngine
{
    private TimeSpan _endPatience = TimeSpan.FromSeconds(3); // for all that cannot be adopted together: callers wait meanwhile

    /// <summary>Jails that nobody has, all in them killed, in which the kernel does not let go of a process: their ids. Nobody gets their uids.</summary>
    public ImmutableArray<string> Stuck => _stuck.Names;

    /// <summary>Takes hold of a jail that an earlier run of this program made. The caller disposes it.</summary>
    /// <returns>The jail; one that <see cref="Jail.IsEnding"/> if it cannot be taken hold of, or was killed before, and the kernel does not let go of a process in it.</returns>
    /// <exception cref="JailLostException">It has ended, or is not what it was: then it is ended.</exception>
    /// <exception cref="SyscallException">The kernel refused something: then it is ended.</exception>
    public Jail Adopt(JailState state)
    {
        ChildProcess? init = state.Init.Find();
        JailCgroup? cgroup = _cgroups?.OpenJail(state.Id);
        UidRange? uids = _uids.TakeAgain(state.Spec.UidBase);
        if (init is null || cgroup is null || uids is null)
        {
            init?.Kill();
            init?.Dispose();
            cgroup?.Dispose();
            uids?.Dispose();
            throw new JailLostException(state.Id, init is null ? "its PID 1 has ended" : cgroup is null ? "it has no cgroup" : "its uid range is another's");
        }

        JailParts parts = new() { Id = state.Id, Uids = uids, Cgroup = cgroup, Init = init };
        try
        {
            parts.InitCgroup = Cgroup.Open(cgroup.Cgroup.Handle, SitePool.InitCgroup);
            ShowKept(state.Spec, parts);
            Hold(init.Pid, state.Spec, parts);
            cgroup.Set(state.Spec.Limits, parts.DisksOf(state.Spec));
            using JailReading reading = JailReading.Begin(init.Pid);
            JailProof proof = reading.Complete(state.Spec, cgroup);
            proof.Verify(state.Spec, cgroup);
            return NewJail(state.Spec, proof, parts, state);
        }
        catch (Exception lost) when (lost is ProofException or WorkspaceException or SyscallException or IOException && !EndsInTime(parts))
        {
            return NewJail(state.Spec, JailProof.Nothing, parts, state);
        }
        catch (Exception lost) when (lost is ProofException or WorkspaceException or IOException)
        {
            parts.Dispose();
            throw new JailLostException(state.Id, lost.Message);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <summary>Ends what lives in cgroups of jails that nobody has, and removes them, but for those that are <see cref="Stuck"/>.</summary>
    /// <param name="isOwned">Whether somebody has the jail of this id.</param>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    public void Sweep(Func<string, bool> isOwned)
    {
        foreach (Cgroup stuck in _cgroups?.Sweep(id => isOwned(id) || _sites.Has(id) || _ready.Has(id)) ?? [])
        {
            _stuck.Add(stuck);
        }
    }

    /// <summary>Removes what is left of jails that were <see cref="Stuck"/> and are no longer.</summary>
    /// <returns>Their ids.</returns>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    public ImmutableArray<string> EndStuck() => _stuck.RemoveEmpty();

    // An earlier run may have ended between the keeping of a change and the showing.
    private void ShowKept(JailSpec spec, JailParts parts)
    {
        if (spec.Kept is null)
        {
            return;
        }

        parts.Workspace = Keeper().Claim(spec.Kept.Id, parts.Id);
        if (Keeper().IsShown(spec, File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{parts.Init!.Pid}/mountinfo"))))
        {
            Keeper().FindDisks(spec);
            return;
        }

        using SafeFileHandle overlay = Keeper().MakeMount(spec);
        Jail.Mount(_spawner, parts.Init.Pidfd, overlay, spec);
    }

    private bool EndsInTime(JailParts parts)
    {
        long start = Stopwatch.GetTimestamp();
        bool ended = parts.TryKill(_endPatience);
        TimeSpan left = _endPatience - Stopwatch.GetElapsedTime(start);
        _endPatience = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        return ended;
    }
}
