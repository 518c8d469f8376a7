using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl wait</c>: until a command has ended.</summary>
internal static class WaitCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string> jail = CommonOptions.Jail();
        Argument<string> id = CommonOptions.Command();
        Option<bool> json = CommonOptions.Json();
        Command command = new("wait", "Waits until a command has ended, and prints how. The exit status is 0 however it ended.") { jail, id, json };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            V1.Command ended = await connection.Commands.WaitCommandAsync(new V1.WaitCommandRequest { Jail = parsed.GetValue(jail)!, Command = parsed.GetValue(id)! });
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(ended);
            }
            else
            {
                Console.Out.WriteLine(VisibleText.Of(ended.Ended.Text));
            }

            return 0;
        }));
        return command;
    }
}
