using System.CommandLine;
using AgentSandbox.Ctl.Client;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl rm</c>: ends jails.</summary>
internal static class RmCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string[]> jails = new("JAIL") { Description = "The jails' ids.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> all = new("--all") { Description = "All jails that you made; who may see those of others ends these too." };
        Command command = new("rm", "Ends all that runs in jails, and the jails with what is in their workspaces. Returns when they are gone.") { jails, all };
        command.SetAction(parsed =>
        {
            string[] named = parsed.GetValue(jails)!;
            return named.Length > 0 == parsed.GetValue(all)
                ? throw new UsageException(named.Length > 0 ? "--all does not go with the ids of jails" : "name the jails to end, or --all")
                : daemon.Ask(parsed, connection => EndAsync(connection, named));
        });
        return command;
    }

    private static async Task<int> EndAsync(DaemonConnection daemon, string[] named)
    {
        bool all = named.Length == 0;
        foreach (string id in all ? (await JailLists.ReadAsync(daemon)).Select(jail => jail.Id) : named)
        {
            try
            {
                await daemon.Jails.DeleteJailAsync(new V1.DeleteJailRequest { Id = id });
            }
            catch (RpcException gone) when (all && gone.StatusCode == StatusCode.NotFound)
            {
                continue; // it ended by itself meanwhile
            }
        }

        return 0;
    }
}
