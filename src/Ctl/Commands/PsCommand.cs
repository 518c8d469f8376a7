using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl ps</c>: the jails that there are, or the commands of one.</summary>
internal static class PsCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Option<string?> commands = new("--commands") { Description = "Lists the commands of JAIL: those that run, and the last 100 that ended.", HelpName = "JAIL" };
        Option<string[]> labels = OptionParsers.Repeated("--label", "K=V", "Only jails with this label.", "-l");
        Option<bool> quiet = new("--quiet", "-q") { Description = "Prints ids only." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("ps", "Lists jails that you may see, the oldest first.") { commands, labels, quiet, json };
        command.SetAction(parsed =>
        {
            (string Name, string Value)[] wanted = [.. parsed.GetValue(labels)!.Select(text => OptionParsers.Pair("--label", text))];
            return daemon.Ask(parsed, connection => parsed.GetValue(commands) is string jail
                ? ListCommandsAsync(connection, jail, parsed.GetValue(quiet), parsed.GetValue(json))
                : ListJailsAsync(connection, wanted, parsed.GetValue(quiet), parsed.GetValue(json)));
        });
        return command;
    }

    private static async Task<int> ListJailsAsync(DaemonConnection daemon, (string Name, string Value)[] labels, bool quiet, bool json)
    {
        V1.ListJailsResponse all = new() { Jails = { await JailLists.ReadAsync(daemon, labels) } };
        if (json)
        {
            JsonOutput.Print(all);
            return 0;
        }

        if (quiet)
        {
            return PrintIds(all.Jails.Select(jail => jail.Id));
        }

        Table table = new("JAIL", "PROFILE", "STATE", "OWNER", "AGE", "RUNNING", "WITHOUT", "LABELS");
        foreach (V1.Jail jail in all.Jails)
        {
            table.Add(
                jail.Id,
                jail.Profile,
                Names.Of(jail.State),
                Names.Of(jail.Owner),
                Figures.Age(jail.CreatedAt.ToDateTimeOffset()),
                Figures.Number(jail.RunningCommands),
                jail.Degraded.Count == 0 ? Figures.Unknown : string.Join(',', jail.Degraded),
                Names.OfLabels(jail.Labels));
        }

        table.Print();
        return 0;
    }

    private static async Task<int> ListCommandsAsync(DaemonConnection daemon, string jail, bool quiet, bool json)
    {
        V1.ListCommandsResponse all = await daemon.Commands.ListCommandsAsync(new V1.ListCommandsRequest { Jail = jail });
        if (json)
        {
            JsonOutput.Print(all);
            return 0;
        }

        if (quiet)
        {
            return PrintIds(all.Commands.Select(one => one.Id));
        }

        Table table = new("ID", "STARTED", "WALL", "CPU", "STATE", "COMMAND");
        foreach (V1.Command one in all.Commands)
        {
            table.Add(
                one.Id,
                Figures.Moment(one.StartedAt.ToDateTimeOffset()),
                one.Ended is null ? Figures.Age(one.StartedAt.ToDateTimeOffset()) : Names.Of(one.Usage?.Wall),
                Names.OfCpu(one.Usage),
                one.Ended?.Text ?? "running",
                VisibleText.OfCommand(one.Argv));
        }

        table.Print();
        return 0;
    }

    private static int PrintIds(IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            Console.Out.WriteLine(VisibleText.Of(id));
        }

        return 0;
    }
}
