using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl status</c>: how the daemon fares.</summary>
internal static class StatusCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("status", "Prints how the daemon fares: its version, what it runs, whether its audit trail takes records. Exit status 1 if it does not.") { json };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            V1.StatusResponse status = await connection.Host.GetStatusAsync(new V1.GetStatusRequest());
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(status);
            }
            else
            {
                new FieldList()
                    .Add("version", status.Version)
                    .Add("running since", Names.Of(status.StartedAt))
                    .Add("jails", Figures.Number(status.Jails))
                    .Add("commands", Figures.Number(status.RunningCommands))
                    .Add("audit", status.AuditHealthy ? $"good, at record {status.AuditSequence}" : "takes no records: no jail can be made")
                    .Add("memory", Figures.Size(status.MemoryBytes))
                    .Add("open files", Figures.Number(status.OpenFiles))
                    .Print();
            }

            return status.AuditHealthy ? 0 : ExitCodes.Failed;
        }));
        return command;
    }
}
