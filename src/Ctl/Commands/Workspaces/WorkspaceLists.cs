using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary>Workspaces and snapshots are shown.</summary>
internal static class WorkspaceLists
{
    private const int PageSize = 1000;

    public static Command List(DaemonOptions daemon)
    {
        Option<string[]> labels = OptionParsers.Repeated("--label", "K=V", "Only workspaces with this label.", "-l");
        Option<bool> quiet = new("--quiet", "-q") { Description = "Prints ids only." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "Lists workspaces that you may see, the oldest first.") { labels, quiet, json };
        command.SetAction(parsed =>
        {
            ListWorkspacesRequest request = new() { PageSize = PageSize };
            WorkspaceOptions.AddLabels(request.Labels, parsed.GetValue(labels)!);
            return daemon.Ask(parsed, async connection =>
            {
                Print(await ReadAsync(connection, request), parsed.GetValue(quiet), parsed.GetValue(json));
                return 0;
            });
        });
        return command;
    }

    public static Command Show(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "Shows a workspace with its snapshots.") { workspace, json };
        command.SetAction(parsed => daemon.Ask(
            parsed, async connection => WorkspaceText.Print(await GetAsync(connection, parsed.GetValue(workspace)!), parsed.GetValue(json))));
        return command;
    }

    public static Command Snapshots(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<bool> quiet = new("--quiet", "-q") { Description = "Prints ids only." };
        Option<bool> json = new("--json") { Description = "Prints JSON, an object on each line." };
        Command command = new("snapshots", "Lists the snapshots of a workspace, the oldest first.") { workspace, quiet, json };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            Workspace one = await GetAsync(connection, parsed.GetValue(workspace)!);
            if (parsed.GetValue(json))
            {
                one.Snapshots.ToList().ForEach(JsonOutput.PrintLine);
            }
            else if (parsed.GetValue(quiet))
            {
                one.Snapshots.ToList().ForEach(snapshot => Console.Out.WriteLine(VisibleText.Of(snapshot.Id)));
            }
            else
            {
                WorkspaceText.Print(one.Snapshots);
            }

            return 0;
        }));
        return command;
    }

    private static async Task<Workspace> GetAsync(DaemonConnection daemon, string id) => await daemon.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest { Id = id });

    private static async Task<ListWorkspacesResponse> ReadAsync(DaemonConnection daemon, ListWorkspacesRequest request)
    {
        ListWorkspacesResponse all = new();
        do
        {
            ListWorkspacesResponse page = await daemon.Workspaces.ListWorkspacesAsync(request);
            all.Workspaces.Add(page.Workspaces);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private static void Print(ListWorkspacesResponse all, bool quiet, bool json)
    {
        if (json)
        {
            JsonOutput.Print(all);
            return;
        }

        if (quiet)
        {
            all.Workspaces.ToList().ForEach(workspace => Console.Out.WriteLine(VisibleText.Of(workspace.Id)));
            return;
        }

        Table table = new("WORKSPACE", "OWNER", "AGE", "USED", "SIZE", "FILES", "JAIL", "FORK OF", "LABELS");
        foreach (Workspace workspace in all.Workspaces)
        {
            table.Add(
                workspace.Id,
                Names.Of(workspace.Owner),
                Figures.Age(workspace.CreatedAt.ToDateTimeOffset()),
                Figures.Size(workspace.UsedBytes),
                Figures.Size(workspace.SizeBytes),
                Figures.Number(workspace.UsedFiles),
                workspace.Jail.Length == 0 ? Figures.Unknown : workspace.Jail,
                workspace.ForkedFromWorkspace.Length == 0 ? Figures.Unknown : workspace.ForkedFromWorkspace,
                Names.OfLabels(workspace.Labels));
        }

        table.Print();
    }
}
