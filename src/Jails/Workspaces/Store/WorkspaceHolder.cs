using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A jail's hold on a workspace: nobody else writes it meanwhile. Disposed, others may have it.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="jailId">The jail.</param>
/// <param name="volume">Its volume, which stays mounted meanwhile; owned by this object.</param>
/// <param name="release">Takes it from the list.</param>
internal sealed class WorkspaceHolder(string workspace, string jailId, Volume volume, Action<WorkspaceHolder> release) : IDisposable
{
    private bool _isOver;

    /// <summary>The workspace.</summary>
    internal string Workspace => workspace;

    /// <summary>The jail's id.</summary>
    internal string JailId => jailId;

    /// <summary>The jail; null while it is made.</summary>
    internal Jail? Jail { get; set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, true))
        {
            return;
        }

        volume.Dispose();
        release(this);
    }
}
