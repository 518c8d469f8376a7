using System.Collections.Frozen;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

public sealed partial class WorkspaceStore
{
    private readonly LaterWork _joining = new(); // apart from the other, which must not wait for those who have a workspace
    private volatile bool _isOver;

    /// <summary>Called with the workspaces of layers that somebody needs no longer. It must not wait.</summary>
    internal Action<IEnumerable<string>> Dropped { get; set; } = _ => { };

    /// <summary>True: what can be done another time is not begun any more.</summary>
    internal bool IsOver => _isOver;

    /// <summary>Has something done that waits for workspaces.</summary>
    internal void JoinLater(Action act) => _joining.Add(act);

    /// <summary>Two layers that could be one; null: there are none, or somebody else looks at them.</summary>
    internal LayerPair? FindPair(WorkspaceState state)
    {
        if (!Damaged.IsEmpty || LayerPair.Find(state, FrozenSet<LayerRef>.Empty) is null)
        {
            return null; // what the others see is only asked where it matters
        }

        lock (_gate)
        {
            return LayerPair.Find(state, _states.Values.Where(other => other.Id != state.Id).SelectMany(other => other.Needs).Concat(_pins.SelectMany(pin => pin.Layers)).ToHashSet());
        }
    }

    /// <summary>Makes two layers one, of a workspace that nobody has. What the upper one hides is removed in any case.</summary>
    /// <param name="state">The workspace.</param>
    /// <param name="pair">The layers.</param>
    /// <param name="stop">Asked often: true ends it, and all is as it was for whoever looks.</param>
    /// <returns>False: it was ended, or there is no room.</returns>
    internal bool Join(WorkspaceState state, LayerPair pair, Func<bool> stop)
    {
        using Volume volume = Open(state);
        using SafeFileHandle lower = volume.Open(pair.Lower.Number, Volume.Data);
        using SafeFileHandle upper = volume.Open(pair.Upper.Number, Volume.Data);
        Files.SyncFileSystem(volume.Root); // what hides is on the disk before what is hidden goes
        using LayerShedding shedding = new(lower, upper, () => Pass("shed"));
        if (!shedding.Run(stop) || !shedding.Needs.Fit(Files.Space(volume.Root)))
        {
            return false;
        }

        using (WorkspaceView beneath = WorkspaceView.Open(this, state, pair.Beneath))
        using (LayerJoin join = new(lower, upper, beneath.Root, () => Pass("join")))
        {
            join.Run();
        }

        Files.SyncFileSystem(volume.Root);
        Commit(pair.Joined(state));
        volume.RemoveLayer(pair.Upper.Number);
        Pass("joined");
        return true;
    }
}
