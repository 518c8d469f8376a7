using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

public sealed partial class WorkspaceKeeper
{
    /// <summary>The jail that has it; null: none.</summary>
    public string? JailOf(string id) => _holders.GetValueOrDefault(id)?.JailId;

    /// <summary>Puts a workspace in the place of the workspace of a jail in which nothing runs.</summary>
    /// <exception cref="PolicyException">A jail has it, or something runs in the jail.</exception>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    /// <param name="id">The workspace.</param>
    /// <param name="jail">The jail.</param>
    /// <param name="before">Called before it is shown, with what the jail will be: whoever keeps that knows it whenever we end.</param>
    public void Attach(string id, Jail jail, Action<JailSpec> before) => Do(id, state =>
    {
        WorkspaceHolder holder = Claim(id, jail.Id);
        try
        {
            jail.WhileStill(quiet =>
            {
                JailSpec spec = quiet ? JailResolver.WithWorkspace(jail.Spec, id) : throw new PolicyException("jail", $"something runs in {jail.Id}: its workspace cannot be another");
                using SafeFileHandle overlay = _overlays.Make(state, spec, holder);
                before(spec);
                jail.Show(overlay, spec, holder);
            });
            return true;
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    });

    /// <summary>Takes a workspace for a jail. Disposed, others may have it.</summary>
    /// <exception cref="PolicyException">A jail has it.</exception>
    /// <exception cref="WorkspaceException">It is gone.</exception>
    internal WorkspaceHolder Claim(string id, string jail)
    {
        using (GateOf(id).Enter())
        {
            WorkspaceState state = Require(id);
            ThrowIfHeld(id);
            WorkspaceHolder holder = new(id, jail, _store.Open(state), Release);
            _holders[id] = holder;
            _empty.TryRemove(id, out _);
            return holder;
        }
    }

    /// <summary>The mount for the jail of <paramref name="spec"/>, which has claimed it. The caller disposes it.</summary>
    internal SafeFileHandle MakeMount(JailSpec spec) => Do(spec.Kept!.Id, state => _overlays.Make(state, spec, _holders[state.Id]));

    /// <summary>True if the jail sees its workspace as it is kept: a crash may have come between the keeping and the showing.</summary>
    internal bool IsShown(JailSpec spec, string mountInfo) => Do(spec.Kept!.Id, state => mountInfo.Split('\n')
        .Where(line => line.Split(' ') is { Length: > 5 } fields && fields[4] == spec.Workspace)
        .Select(line => Overlay.UpperOf(line[(line.LastIndexOf(' ') + 1)..]))
        .LastOrDefault() == FormattableString.Invariant($"{state.Upper}/{Volume.Data}"));

    /// <summary>Learns where the files lie of a jail that sees its workspace already.</summary>
    internal void FindDisks(JailSpec spec) => Do(spec.Kept!.Id, state => _holders[state.Id].Disks = _overlays.FindDisks(state));

    private void Release(WorkspaceHolder holder)
    {
        _holders.TryRemove(new(holder.Workspace, holder));
        JoinLayers([holder.Workspace]);
    }

    private void ThrowIfHeld(string id)
    {
        if (_holders.TryGetValue(id, out WorkspaceHolder? holder))
        {
            throw new PolicyException("state", $"jail {holder.JailId} has workspace {id}");
        }
    }
}
