using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary>Workspaces and snapshots for people and programs.</summary>
internal static class WorkspaceText
{
    /// <summary>Prints a workspace.</summary>
    /// <returns>Exit status 0.</returns>
    public static int Print(Workspace workspace, bool json)
    {
        if (json)
        {
            JsonOutput.Print(workspace);
            return 0;
        }

        new FieldList()
            .Add("workspace", workspace.Id)
            .Add("owner", Names.Of(workspace.Owner))
            .Add("created", Names.Of(workspace.CreatedAt))
            .Add("labels", Names.OfLabels(workspace.Labels))
            .Add("used", $"{Figures.Size(workspace.UsedBytes)} of {Figures.Size(workspace.SizeBytes)}")
            .Add("files", $"{Figures.Number(workspace.UsedFiles)} of {Figures.Number(workspace.MaxFiles)}")
            .Add("jail", workspace.Jail)
            .Add("forked from", $"{workspace.ForkedFromWorkspace} {workspace.ForkedFromSnapshot}".Trim())
            .Print();
        if (workspace.Snapshots.Count > 0)
        {
            Console.Out.WriteLine();
            Print(workspace.Snapshots);
        }

        return 0;
    }

    /// <summary>Prints a table of snapshots.</summary>
    public static void Print(IEnumerable<Snapshot> snapshots)
    {
        Table table = new("SNAPSHOT", "CREATED", "APPROVED BY", "DESCRIPTION");
        foreach (Snapshot snapshot in snapshots)
        {
            table.Add(snapshot.Id, Names.Of(snapshot.CreatedAt), snapshot.Approved ? Names.Of(snapshot.ApprovedBy) : Figures.Unknown, snapshot.Description);
        }

        table.Print();
    }

    /// <summary>Prints the id of a workspace that was made.</summary>
    /// <returns>Exit status 0.</returns>
    public static int PrintId(Workspace workspace, bool json)
    {
        if (json)
        {
            JsonOutput.Print(workspace);
        }
        else
        {
            Console.Out.WriteLine(VisibleText.Of(workspace.Id));
        }

        return 0;
    }
}
