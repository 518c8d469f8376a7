using System.Text.Json;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Report;
using CommandEnd = AgentSandbox.Jails.Supervise.CommandEnd;

namespace AgentSandbox.Daemon.Api;

/// <summary>The report of a run, for a caller that asked for it.</summary>
internal static class RunReports
{
    /// <summary>The report as JSON.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="spec">What was to run.</param>
    /// <param name="command">The command; null: it did not start.</param>
    /// <param name="end">How it ended, as the caller is told.</param>
    /// <param name="probes">What was tried in the jail.</param>
    public static async Task<string> WriteAsync(JailEntry entry, CommandSpec spec, ManagedCommand? command, V1.CommandEnd end, ProbeProof probes)
    {
        RunReport report = command is null
            ? RunReport.Create(entry.Jail, spec, new CommandEnd.StartFailed(end.Step, end.Errno, end.ExitCode), probes)
            : RunReport.Create(
                entry.Jail, spec, command.Command, await command.Ended.ConfigureAwait(false), probes, command.Written(OutputStream.Stdout), command.Written(OutputStream.Stderr));
        return JsonSerializer.Serialize(report, RunReportJson.Default.RunReport);
    }
}
