using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl reload</c>: has the daemon read its files again.</summary>
internal static class ReloadCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("reload", "Has the daemon read profiles, policy and configuration again. A bad file keeps the old ones, and is named.") { json };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            V1.ReloadResponse read = await connection.Host.ReloadAsync(new V1.ReloadRequest());
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(read);
            }
            else
            {
                Console.Out.WriteLine($"read {read.Profiles} profiles and {read.Roles} roles");
            }

            return 0;
        }));
        return command;
    }
}
