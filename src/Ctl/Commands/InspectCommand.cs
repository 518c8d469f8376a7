using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl inspect</c>: a jail with all that is known of it.</summary>
internal static class InspectCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string> jail = CommonOptions.Jail();
        Option<bool> json = CommonOptions.Json();
        Command command = new("inspect", "Prints a jail as a tree: its limits beside what it uses, its commands, and what the kernel said that it enforces (namespaces, mounts, seccomp, Landlock).") { jail, json };
        command.SetAction(parsed => daemon.Ask(parsed, connection => InspectAsync(connection, parsed.GetValue(jail)!, parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> InspectAsync(DaemonConnection daemon, string id, bool json)
    {
        V1.Jail jail = await daemon.Jails.GetJailAsync(new V1.GetJailRequest { Id = id });
        V1.Stats? stats = await IfPermittedAsync(daemon.Jails.GetStatsAsync(new V1.GetStatsRequest { Id = id }).ResponseAsync);
        V1.ListCommandsResponse? commands = await IfPermittedAsync(daemon.Commands.ListCommandsAsync(new V1.ListCommandsRequest { Jail = id }).ResponseAsync);
        if (json)
        {
            JsonOutput.Print(("jail", jail), ("stats", stats), ("commands", commands));
        }
        else
        {
            JailTree.Of(jail, stats, commands).Print();
        }

        return 0;
    }

    // Who may look at a jail need not be let to see what runs in it: then that part is left out, and the tree says so.
    private static async Task<T?> IfPermittedAsync<T>(Task<T> answer)
        where T : class
    {
        try
        {
            return await answer;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.PermissionDenied)
        {
            return null;
        }
    }
}
