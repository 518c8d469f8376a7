namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Lets one at a time work with a workspace, and tells whoever is inside that others wait.</summary>
internal sealed class WorkspaceGate
{
    private readonly Lock _lock = new();
    private int _waiting;

    /// <summary>True: somebody waits.</summary>
    internal bool IsWanted => Volatile.Read(ref _waiting) > 0;

    /// <summary>Waits until nobody else is inside. The caller disposes it.</summary>
    internal Lock.Scope Enter()
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return _lock.EnterScope();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
