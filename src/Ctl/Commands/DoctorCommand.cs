using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Doctor;
using AgentSandbox.Kernel;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl doctor</c>: what this host can enforce.</summary>
internal static class DoctorCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Option<bool> json = new("--json") { Description = "Prints JSON." };
        Option<bool> ask = new("--daemon") { Description = "Asks the daemon, which may be able to do more than you." };
        Command command = new("doctor", "Says of each layer of a jail whether this host has it, what it costs to lack it, and how to get it. Exit status 1 if a required one is missing.") { ask, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(ask))
            {
                return daemon.Ask(parsed, connection => AskAsync(connection, parsed.GetValue(json)));
            }

            DoctorReport report = DoctorReport.Create(HostFeatures.Current);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(report.ToJson());
            }
            else
            {
                Print(report);
            }

            return report.IsReady ? 0 : 1;
        });
        return command;
    }

    private static async Task<int> AskAsync(DaemonConnection daemon, bool json)
    {
        V1.DoctorResponse report = await daemon.Host.DoctorAsync(new V1.DoctorRequest());
        if (json)
        {
            JsonOutput.Print(report);
            return report.Ready ? 0 : ExitCodes.Failed;
        }

        foreach (V1.DoctorFinding finding in report.Findings)
        {
            Print(finding.Layer, finding.State, finding.Required, finding.Detail, finding.Cost, finding.Remedy);
        }

        Conclude([.. report.Findings.Where(f => f.Required && f.State == "missing").Select(f => f.Layer)]);
        return report.Ready ? 0 : ExitCodes.Failed;
    }

    private static void Print(DoctorReport report)
    {
        foreach (DoctorFinding finding in report.Findings)
        {
            Print(finding.Layer, finding.State.ToString().ToLowerInvariant(), finding.Required, finding.Detail, finding.Cost, finding.Remedy);
        }

        Conclude([.. report.Findings.Where(f => f.Required && f.State == DoctorState.Missing).Select(f => f.Layer)]);
    }

    private static void Print(string layer, string state, bool isRequired, string detail, string cost, string remedy)
    {
        string required = isRequired ? "required" : "optional";
        Console.Out.WriteLine($"{layer,-20} {state,-9} {required,-9} {detail}".TrimEnd());
        if (state != "present")
        {
            Console.Out.WriteLine($"{"",-21}costs: {cost}");
            Console.Out.WriteLine($"{"",-21}to get it: {remedy}");
        }
    }

    private static void Conclude(string[] missing) =>
        Console.Out.WriteLine(missing.Length == 0
            ? "This host can enforce every required layer."
            : $"This host lacks {string.Join(", ", missing)}: jails start only where the caller gives these up by name (--allow-degraded).");
}
