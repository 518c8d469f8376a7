using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A jail's hold on a workspace: nobody else writes it meanwhile. Disposed, others may have it.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="jailId">The jail.</param>
/// <param name="release">Takes it from the list.</param>
internal sealed class WorkspaceHolder(string workspace, string jailId, Action<WorkspaceHolder> release) : IDisposable
{
    /// <summary>The workspace.</summary>
    internal string Workspace => workspace;

    /// <summary>The jail's id.</summary>
    internal string JailId => jailId;

    /// <summary>The jail; null while it is made.</summary>
    internal Jail? Jail { get; set; }

    public void Dispose() => release(this);
}
