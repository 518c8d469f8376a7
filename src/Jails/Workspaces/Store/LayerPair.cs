using System.Collections.Immutable;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Two layers of a workspace that are always seen together: what the upper one hides of the lower one nobody can see any more.</summary>
/// <param name="Lower">The lower one.</param>
/// <param name="Upper">The one on top of it.</param>
/// <param name="Beneath">What always lies beneath them, the lowest first.</param>
internal sealed record LayerPair(LayerRef Lower, LayerRef Upper, ImmutableArray<LayerRef> Beneath)
{
    /// <summary>The lowest such pair; null: there is none.</summary>
    /// <param name="state">The workspace.</param>
    /// <param name="others">Layers that others see too.</param>
    internal static LayerPair? Find(WorkspaceState state, IReadOnlySet<LayerRef> others)
    {
        ImmutableArray<LayerRef>[] lists = [state.Base.Add(state.Top), state.Origin, .. state.Snapshots.Select(snapshot => snapshot.Layers)];
        HashSet<LayerRef> underOne = WithOneNeighbour(lists.Select(list => list.AsEnumerable().Reverse()));
        HashSet<LayerRef> onOne = WithOneNeighbour(lists.Select(list => list.AsEnumerable()));
        foreach (ImmutableArray<LayerRef> list in lists)
        {
            for (int i = 0; i + 1 < list.Length && onOne.Contains(list[i]); i++)
            {
                (LayerRef lower, LayerRef upper) = (list[i], list[i + 1]);
                if (IsOwn(lower) && IsOwn(upper) && underOne.Contains(lower) && onOne.Contains(upper))
                {
                    return new LayerPair(lower, upper, list[..i]);
                }
            }
        }

        return null;

        bool IsOwn(LayerRef layer) => layer.Volume == state.Id && !others.Contains(layer);
    }

    /// <summary>The workspace when all of the upper layer is in the lower one.</summary>
    internal WorkspaceState Joined(WorkspaceState state) => Upper == state.Top
        ? state with { Base = state.Base.Remove(Lower), Upper = Lower.Number, LastLayer = Math.Max(state.LastLayer, Upper.Number) }
        : state with { Base = state.Base.Remove(Upper), Snapshots = [.. state.Snapshots.Select(snapshot => snapshot with { Layers = snapshot.Layers.Remove(Upper) })] };

    // The layers that have the same one before them in every list, or none in every list.
    private static HashSet<LayerRef> WithOneNeighbour(IEnumerable<IEnumerable<LayerRef>> lists)
    {
        Dictionary<LayerRef, LayerRef?> before = [];
        HashSet<LayerRef> several = [];
        foreach (IEnumerable<LayerRef> list in lists)
        {
            LayerRef? last = null;
            foreach (LayerRef layer in list)
            {
                if (!before.TryAdd(layer, last) && before[layer] != last)
                {
                    several.Add(layer);
                }

                last = layer;
            }
        }

        return [.. before.Keys.Except(several)];
    }
}
