using System.CommandLine;
using AgentSandbox.Ctl.Client;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl pause</c>: stops all in jails where it stands.</summary>
internal static class PauseCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string[]> jails = new("JAIL") { Description = "The jails' ids.", Arity = ArgumentArity.OneOrMore };
        Command command = new("pause", "Stops all that runs in jails where it stands. Wall-clock limits go on, and kills work.") { jails };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            foreach (string id in parsed.GetValue(jails)!)
            {
                await connection.Jails.PauseJailAsync(new V1.PauseJailRequest { Id = id });
            }

            return 0;
        }));
        return command;
    }
}
