using System.CommandLine;
using AgentSandbox.Ctl.Client;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl resume</c>: lets paused jails go on.</summary>
internal static class ResumeCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string[]> jails = new("JAIL") { Description = "The jails' ids.", Arity = ArgumentArity.OneOrMore };
        Command command = new("resume", "Lets all that runs in paused jails go on.") { jails };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            foreach (string id in parsed.GetValue(jails)!)
            {
                await connection.Jails.ResumeJailAsync(new V1.ResumeJailRequest { Id = id });
            }

            return 0;
        }));
        return command;
    }
}
