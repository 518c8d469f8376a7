using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Policy;
using AgentSandbox.V1;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary>Snapshots are made and used.</summary>
internal static class WorkspaceSnapshots
{
    public static Command Take(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<string?> message = new("--message", "-m") { Description = "What the snapshot is: at most 256 characters.", HelpName = "TEXT" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("snapshot", "Keeps what a workspace holds now, and prints the snapshot's id. All in its jail stands still meanwhile.") { workspace, message, json };
        command.SetAction(parsed =>
        {
            CreateSnapshotRequest request = new() { Workspace = parsed.GetValue(workspace)!, Description = parsed.GetValue(message) ?? "" };
            return daemon.Ask(parsed, async connection =>
            {
                Snapshot made = await connection.Workspaces.CreateSnapshotAsync(request);
                if (parsed.GetValue(json))
                {
                    JsonOutput.Print(made);
                }
                else
                {
                    Console.Out.WriteLine(VisibleText.Of(made.Id));
                }

                return 0;
            });
        });
        return command;
    }

    public static Command Rollback(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Argument<string> snapshot = WorkspaceOptions.Snapshot();
        Command command = new(
            "rollback",
            "Makes a workspace what one of its snapshots holds. What was changed since the newest snapshot is lost; later snapshots stay. A command that runs keeps the files that it has open, which are no longer the workspace's.")
        {
            workspace, snapshot,
        };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            await connection.Workspaces.RollbackWorkspaceAsync(new RollbackWorkspaceRequest { Id = parsed.GetValue(workspace)!, Snapshot = parsed.GetValue(snapshot)! });
            return 0;
        }));
        return command;
    }

    public static Command Fork(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<string?> snapshot = WorkspaceOptions.SnapshotOption("one is made now");
        Option<ByteSize?> size = WorkspaceOptions.Size("as the workspace's");
        Option<long?> files = WorkspaceOptions.Files("as the workspace's");
        Option<string[]> labels = WorkspaceOptions.Labels();
        Option<bool> json = CommonOptions.Json();
        Command command = new("fork", "Makes a workspace that begins as a snapshot of another and shares its storage, and prints its id.") { workspace, snapshot, size, files, labels, json };
        command.SetAction(parsed =>
        {
            ForkWorkspaceRequest request = new()
            {
                Id = parsed.GetValue(workspace)!, Snapshot = parsed.GetValue(snapshot) ?? "", SizeBytes = parsed.GetValue(size)?.Bytes ?? 0, MaxFiles = parsed.GetValue(files) ?? 0,
            };
            WorkspaceOptions.AddLabels(request.Labels, parsed.GetValue(labels)!);
            return daemon.Ask(parsed, async connection => WorkspaceText.PrintId(await connection.Workspaces.ForkWorkspaceAsync(request), parsed.GetValue(json)));
        });
        return command;
    }

    public static Command Approve(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Argument<string> snapshot = WorkspaceOptions.Snapshot();
        Command command = new("approve", "Lets a snapshot be committed and exported where the policy demands a review. Look at 'sandboxctl workspace diff' first.") { workspace, snapshot };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            await connection.Workspaces.ApproveSnapshotAsync(new ApproveSnapshotRequest { Workspace = parsed.GetValue(workspace)!, Snapshot = parsed.GetValue(snapshot)! });
            return 0;
        }));
        return command;
    }

    public static Command Commit(DaemonOptions daemon)
    {
        Argument<string> workspace = new("WORKSPACE") { Description = "The fork's id." };
        Option<string?> snapshot = WorkspaceOptions.SnapshotOption("one is made now");
        Option<bool> overwrite = new("--overwrite") { Description = "Where both changed the same path, takes the fork's." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("commit", "Gives the workspace that a fork came from what changed in the fork. If both changed the same paths nothing is done, and they are listed.") { workspace, snapshot, overwrite, json };
        command.SetAction(parsed =>
        {
            CommitWorkspaceRequest request = new() { Id = parsed.GetValue(workspace)!, Snapshot = parsed.GetValue(snapshot) ?? "", Overwrite = parsed.GetValue(overwrite) };
            return daemon.Ask(parsed, async connection => Print(await connection.Workspaces.CommitWorkspaceAsync(request), parsed.GetValue(json)));
        });
        return command;
    }

    private static int Print(CommitWorkspaceResponse done, bool json)
    {
        if (json)
        {
            JsonOutput.Print(done);
            return 0;
        }

        Console.Out.WriteLine(VisibleText.Of(
            $"{Figures.Number(done.Changes)} {(done.Changes == 1 ? "path" : "paths")} changed in {done.Workspace.Id}{(done.Before is null ? "" : $"; before it was {done.Before.Id}")}"));
        return 0;
    }
}
