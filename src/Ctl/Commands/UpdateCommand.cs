using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl update</c>: other limits for a jail that runs.</summary>
internal static class UpdateCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        LimitOptions limits = new();
        Argument<string> jail = CommonOptions.Jail();
        Option<bool> json = CommonOptions.Json();
        Command command = new("update", "Changes limits of a jail while it runs: all that are named, or none. Those of commands hold for commands that start from then on.") { jail, json };
        LimitOptions.Add(command, limits.All);
        command.SetAction(parsed =>
        {
            V1.Limits asked = JailMessages.Limits(limits, parsed);
            return asked.Equals(new V1.Limits())
                ? throw new UsageException("no limit is named: as in 'sandboxctl update JAIL --memory 256M'")
                : daemon.Ask(parsed, async connection =>
                {
                    V1.Jail changed = await connection.Jails.UpdateLimitsAsync(new V1.UpdateLimitsRequest { Id = parsed.GetValue(jail)!, Limits = asked });
                    if (parsed.GetValue(json))
                    {
                        JsonOutput.Print(changed);
                    }

                    return 0;
                });
        });
        return command;
    }
}
