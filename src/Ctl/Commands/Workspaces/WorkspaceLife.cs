using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Jails.Policy;
using AgentSandbox.V1;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary>Workspaces are made, changed, given to jails and removed.</summary>
internal static class WorkspaceLife
{
    public static Command Make(DaemonOptions daemon)
    {
        Option<ByteSize?> size = WorkspaceOptions.Size("1G");
        Option<long?> files = WorkspaceOptions.Files("one for each 8K of the size");
        Option<string[]> labels = WorkspaceOptions.Labels();
        Option<bool> json = CommonOptions.Json();
        Command command = new("create", "Makes an empty workspace, and prints its id. It lives until 'sandboxctl workspace rm'.") { size, files, labels, json };
        command.SetAction(parsed =>
        {
            CreateWorkspaceRequest request = new() { SizeBytes = parsed.GetValue(size)?.Bytes ?? 0, MaxFiles = parsed.GetValue(files) ?? 0 };
            WorkspaceOptions.AddLabels(request.Labels, parsed.GetValue(labels)!);
            return daemon.Ask(parsed, async connection => WorkspaceText.PrintId(await connection.Workspaces.CreateWorkspaceAsync(request), parsed.GetValue(json)));
        });
        return command;
    }

    public static Command Update(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<ByteSize?> size = WorkspaceOptions.Size("it stays as it is");
        Option<long?> files = WorkspaceOptions.Files("it stays as it is");
        Option<bool> json = CommonOptions.Json();
        Command command = new("update", "Changes how much a workspace may hold, at once.") { workspace, size, files, json };
        command.SetAction(parsed =>
        {
            UpdateWorkspaceRequest request = new() { Id = parsed.GetValue(workspace)!, SizeBytes = parsed.GetValue(size)?.Bytes ?? 0, MaxFiles = parsed.GetValue(files) ?? 0 };
            return request.SizeBytes == 0 && request.MaxFiles == 0
                ? throw new UsageException("say --size, --files or both")
                : daemon.Ask(parsed, async connection => WorkspaceText.Print(await connection.Workspaces.UpdateWorkspaceAsync(request), parsed.GetValue(json)));
        });
        return command;
    }

    public static Command Attach(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Argument<string> jail = CommonOptions.Jail();
        Command command = new("attach", "Puts a workspace in the place of the workspace of a jail that lives and in which no command runs. What was there is no longer seen.") { workspace, jail };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            await connection.Workspaces.AttachWorkspaceAsync(new AttachWorkspaceRequest { Id = parsed.GetValue(workspace)!, Jail = parsed.GetValue(jail)! });
            return 0;
        }));
        return command;
    }

    public static Command Remove(DaemonOptions daemon)
    {
        Argument<string[]> workspaces = new("WORKSPACE") { Description = "The workspaces' ids.", Arity = ArgumentArity.OneOrMore };
        Option<string?> snapshot = new("--snapshot", "-s") { Description = "Removes only this snapshot of WORKSPACE.", HelpName = "SNAPSHOT" };
        Command command = new("rm", "Removes workspaces with their snapshots. What forks share with them stays in the forks.") { workspaces, snapshot };
        command.SetAction(parsed =>
        {
            string[] ids = parsed.GetValue(workspaces)!;
            string? only = parsed.GetValue(snapshot);
            return only is not null && ids.Length > 1
                ? throw new UsageException("--snapshot goes with one workspace")
                : daemon.Ask(parsed, connection => RemoveAsync(connection, ids, only));
        });
        return command;
    }

    private static async Task<int> RemoveAsync(DaemonConnection daemon, string[] workspaces, string? snapshot)
    {
        foreach (string workspace in workspaces)
        {
            await (snapshot is null
                ? daemon.Workspaces.DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = workspace }).ResponseAsync
                : daemon.Workspaces.DeleteSnapshotAsync(new DeleteSnapshotRequest { Workspace = workspace, Snapshot = snapshot }).ResponseAsync);
        }

        return 0;
    }
}
