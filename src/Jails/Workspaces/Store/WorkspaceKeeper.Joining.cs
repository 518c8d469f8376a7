using System.Collections.Concurrent;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

public sealed partial class WorkspaceKeeper
{
    private readonly ConcurrentDictionary<string, bool> _loose = new(); // workspaces that may have layers to join
    private int _isAsked;

    /// <summary>Joins, some time soon, layers that are always seen together, of all workspaces that nobody has. To be called when jails of an earlier run have theirs again.</summary>
    public void JoinLayers() => JoinLayers(_store.All.Select(state => state.Id));

    // It may be called by whoever is in a workspace's gate: no more than one is ever in the queue, so nobody waits for it there.
    private void JoinLayers(IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            _loose[id] = true;
        }

        if (!_store.IsOver && Interlocked.Exchange(ref _isAsked, 1) == 0)
        {
            _store.JoinLater(JoinLoose);
        }
    }

    private void JoinLoose()
    {
        Volatile.Write(ref _isAsked, 0);
        List<Exception> failures = [];
        foreach (string id in _loose.Keys)
        {
            _loose.TryRemove(id, out _);
            try
            {
                while (!_store.IsOver && _store.Find(id) is not null && JoinOne(id))
                {
                }
            }
#pragma warning disable CA1031 // the others have their turn; all of it is thrown below
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException("layers could not be joined", failures);
        }
    }

    // False: there is no more to do, or not now. Whoever lets go of the workspace, or of layers, asks again.
    private bool JoinOne(string id)
    {
        WorkspaceGate gate = GateOf(id);
        using (gate.Enter())
        {
            if (_holders.ContainsKey(id) || _store.Find(id) is not WorkspaceState state || _store.FindPair(state) is not LayerPair pair)
            {
                return false;
            }

            try
            {
                bool isDone = _store.Join(state, pair, () => gate.IsWanted || _store.IsOver);
                _empty.TryRemove(id, out _);
                return isDone || gate.IsWanted;
            }
            catch (SyscallException full) when (full.Errno == Errno.ENOSPC)
            {
                return false;
            }
            catch
            {
                _store.Distrust(id);
                throw;
            }
        }
    }
}
