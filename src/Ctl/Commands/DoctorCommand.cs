using System.CommandLine;
using AgentSandbox.Jails.Doctor;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl doctor</c>: what this host can enforce.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Prints JSON." };
        Command command = new("doctor", "Says of each layer of a jail whether this host has it, what it costs to lack it, and how to get it. Exit status 1 if a required one is missing.") { json };
        command.SetAction(parsed =>
        {
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

    private static void Print(DoctorReport report)
    {
        foreach (DoctorFinding finding in report.Findings)
        {
            string required = finding.Required ? "required" : "optional";
            Console.Out.WriteLine($"{finding.Layer,-20} {finding.State.ToString().ToLowerInvariant(),-9} {required,-9} {finding.Detail}".TrimEnd());
            if (finding.State != DoctorState.Present)
            {
                Console.Out.WriteLine($"{"",-21}costs: {finding.Cost}");
                Console.Out.WriteLine($"{"",-21}to get it: {finding.Remedy}");
            }
        }

        string[] missing = [.. report.Findings.Where(f => f.Required && f.State == DoctorState.Missing).Select(f => f.Layer)];
        Console.Out.WriteLine(missing.Length == 0
            ? "This host can enforce every required layer."
            : $"This host lacks {string.Join(", ", missing)}: jails start only where the caller gives these up by name (--allow-degraded).");
    }
}
