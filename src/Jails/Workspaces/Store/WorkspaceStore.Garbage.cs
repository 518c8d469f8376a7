namespace AgentSandbox.Jails.Workspaces.Store;

public sealed partial class WorkspaceStore
{
    /// <summary>Keeps layers while somebody looks at them, whatever becomes of their workspace. The caller disposes it.</summary>
    internal LayerPin Pin(IEnumerable<LayerRef> layers)
    {
        LayerPin pin = new([.. layers], Unpin);
        lock (_gate)
        {
            _pins.Add(pin);
        }

        return pin;
    }

    /// <summary>Removes, some time soon, what of <paramref name="before"/> no state needs any more.</summary>
    internal void Collect(WorkspaceState before) => Collect(before.Needs);

    private void Unpin(LayerPin pin)
    {
        lock (_gate)
        {
            _pins.Remove(pin);
        }

        Collect(pin.Layers);
    }

    private void Collect(IEnumerable<LayerRef> layers)
    {
        if (!Damaged.IsEmpty)
        {
            return;
        }

        HashSet<LayerRef> needed = Needed();
        foreach (IGrouping<string, LayerRef> dead in layers.Where(layer => !needed.Contains(layer)).Distinct().GroupBy(layer => layer.Volume))
        {
            if (needed.Any(layer => layer.Volume == dead.Key))
            {
                int[] numbers = [.. dead.Select(layer => layer.Number)];
                _later.Add(() => Remove(dead.Key, numbers));
            }
            else
            {
                RemoveVolumesThatNobodyNeeds();
            }
        }

        Dropped(layers.Select(layer => layer.Volume).Distinct());
    }

    private void Sweep(WorkspaceState state, Volume volume)
    {
        if (!Damaged.IsEmpty)
        {
            return;
        }

        HashSet<LayerRef> needed = Needed();
        int[] left = [.. volume.Numbers().Where(number => !needed.Contains(new LayerRef(state.Id, number)))];
        Array.ForEach(left, volume.RemoveLayer);
    }

    private HashSet<LayerRef> Needed()
    {
        lock (_gate)
        {
            return [.. _states.Values.SelectMany(state => state.Needs), .. _pins.SelectMany(pin => pin.Layers)];
        }
    }

    private void Remove(string id, int[] numbers)
    {
        if (!_volumes.Ids.Contains(id))
        {
            return; // all of it is gone by now
        }

        using Volume volume = _volumes.Open(id);
        foreach (int number in numbers)
        {
            volume.RemoveLayer(number);
        }
    }

    private void RemoveVolumesThatNobodyNeeds()
    {
        if (!Damaged.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            HashSet<string> needed = [.. Needed().Select(layer => layer.Volume)];
            foreach (string id in _volumes.Ids.Where(id => !needed.Contains(id) && !_making.ContainsKey(id)))
            {
                _volumes.Remove(id);
            }
        }
    }
}
