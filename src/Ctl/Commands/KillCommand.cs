using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Kernel;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl kill</c>: a signal to a command.</summary>
internal static class KillCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string> jail = CommonOptions.Jail();
        Argument<string> id = CommonOptions.Command();
        Option<int> signal = OptionParsers.Parsed("--signal", "SIGNAL", "TERM, SIGTERM or 15; KILL if it is not given, which ends all that the command started.", SignalNumber.Parse, "-s");
        signal.DefaultValueFactory = _ => Libc.SIGKILL;
        Command command = new("kill", "Sends a signal to a command: to its process group, or with KILL to all that it started.") { jail, id, signal };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            await connection.Commands.SignalCommandAsync(
                new V1.SignalCommandRequest { Jail = parsed.GetValue(jail)!, Command = parsed.GetValue(id)!, Signal = parsed.GetValue(signal) });
            return 0;
        }));
        return command;
    }
}
