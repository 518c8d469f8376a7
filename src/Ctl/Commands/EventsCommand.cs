using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl events</c>: what happens to jails, as it happens.</summary>
internal static class EventsCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string?> jail = new("JAIL") { Description = "The jail's id; without it all jails that you may see.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "Prints JSON, an object on each line." };
        Command command = new("events", "Prints what happens to jails and their commands from now on. With JAIL it ends when that ends.") { jail, json };
        command.SetAction(parsed => daemon.Ask(parsed, connection => WatchAsync(connection, parsed.GetValue(jail) ?? "", parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> WatchAsync(DaemonConnection daemon, string jail, bool json)
    {
        using AsyncServerStreamingCall<V1.Event> events = daemon.Jails.WatchEvents(new V1.WatchEventsRequest { Jail = jail });
        while (await events.ResponseStream.MoveNext(CancellationToken.None))
        {
            V1.Event happened = events.ResponseStream.Current;
            if (json)
            {
                JsonOutput.PrintLine(happened);
            }
            else
            {
                string about = happened.Command.Length == 0 ? happened.Jail : $"{happened.Jail} {happened.Command}";
                Console.Out.WriteLine($"{Names.Of(happened.Time)}  {Names.Of(happened.Kind),-15}  {VisibleText.Of(about),-20}  {VisibleText.Of(happened.Text)}".TrimEnd());
            }
        }

        return 0;
    }
}
