using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Supervise;

public sealed partial class Jail
{
    /// <summary>Stops all in the jail where it stands, until <see cref="Resume"/>. Wall-clock time-outs go on, and kills work. Commands that are
    /// just being started start first.</summary>
    /// <exception cref="PolicyException">The host has no cgroups.</exception>
    /// <exception cref="SyscallException">ETIMEDOUT: a process does not stop; all go on.</exception>
    public void Pause() => Stand(still: true);

    /// <summary>Lets all in the jail go on.</summary>
    /// <exception cref="PolicyException">The host has no cgroups.</exception>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public void Resume() => Stand(still: false);

    /// <summary>Gives the jail other limits. Those of its cgroup hold at once for all that runs in it; those of single processes and commands hold for
    /// commands that start from now on.</summary>
    /// <param name="limits">All of the limits, in the ranges that <see cref="JailLimits"/> names.</param>
    /// <param name="keep">Keeps what the jail is about to be, before it is: for a later run of this program; null: there is none.</param>
    /// <exception cref="PolicyException">The host lacks the controller of a limit, and the caller did not give it up.</exception>
    /// <exception cref="SyscallException">The kernel refused a value; the jail has its old limits.</exception>
    /// <exception cref="ProofException">The kernel enforces something else than was written; the jail was ended.</exception>
    public void Update(JailLimits limits, Action<JailState>? keep = null)
    {
        RequiredLayers.CheckLimits(limits, Spec, _host);
        _gate.EnterWriteLock();
        try
        {
            _ready.Drop(this); // it has the old limits
            JailState now = Save();
            keep?.Invoke(now with { Spec = now.Spec with { Limits = limits } });
            try
            {
                _parts.Cgroup?.Set(limits, _parts.DisksOf(Spec));
            }
            catch (SyscallException)
            {
                ProveLimits(); // the old ones hold again, or the jail ends
                keep?.Invoke(now);
                throw;
            }

            Spec = Spec with { Limits = limits };
            ProveLimits();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private void ProveLimits()
    {
        Proof = Proof with { Cgroup = _parts.Cgroup?.Read() ?? Proof.Cgroup };
        try
        {
            ProofException.ThrowIfAny(JailProof.CgroupGaps(Proof.Cgroup, _parts.Cgroup));
        }
        catch (ProofException)
        {
            Kill();
            throw;
        }
    }

    private void Stand(bool still)
    {
        Cgroup all = Cgroup ?? throw new PolicyException("host", "without cgroup v2 a jail cannot be paused");
        _gate.EnterWriteLock();
        try
        {
            if (still)
            {
                all.Freeze();
            }
            else
            {
                all.Thaw();
            }

            IsPaused = still;
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }
}
