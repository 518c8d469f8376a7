using System.CommandLine;
using AgentSandbox.Ctl.Client;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary><c>sandboxctl workspace</c>: workspaces that outlive a jail.</summary>
internal static class WorkspaceCommand
{
    public static Command Create(DaemonOptions daemon) => new(
        "workspace", "Workspaces that outlive a jail: made, shown, given to jails ('sandboxctl create --workspace'), kept as snapshots, compared, rolled back, forked and committed.")
    {
        WorkspaceLife.Make(daemon),
        WorkspaceLife.Update(daemon),
        WorkspaceLife.Attach(daemon),
        WorkspaceLife.Remove(daemon),
        WorkspaceLists.List(daemon),
        WorkspaceLists.Show(daemon),
        WorkspaceLists.Snapshots(daemon),
        WorkspaceSnapshots.Take(daemon),
        WorkspaceSnapshots.Rollback(daemon),
        WorkspaceSnapshots.Fork(daemon),
        WorkspaceSnapshots.Approve(daemon),
        WorkspaceSnapshots.Commit(daemon),
        WorkspaceDiff.Create(daemon),
        WorkspaceTransfer.Export(daemon),
        WorkspaceTransfer.Import(daemon),
    };
}
