using System.Collections.Immutable;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Jails.Report;

/// <summary>What <c>--report</c> and <c>--json</c> write: how a command ended, what it used, and what confined it.</summary>
public sealed record RunReport
{
    /// <summary>The jail's id.</summary>
    public required string Jail { get; init; }

    /// <summary>The profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required ImmutableArray<string> Argv { get; init; }

    /// <summary>How it ended.</summary>
    public required RunReportEnd End { get; init; }

    /// <summary>The exit status of <c>sandboxctl run</c>.</summary>
    public required int ExitCode { get; init; }

    /// <summary>What it used.</summary>
    public required RunReportUsage Usage { get; init; }

    /// <summary>SHA-256 of the programs that made the jail and started the command, as <c>sandboxctl plan</c> prints them.</summary>
    public required RunReportPlan Plan { get; init; }

    /// <summary>The layers that the caller gave up and that this host lacks.</summary>
    public required ImmutableArray<string> Degraded { get; init; }

    /// <summary>What the kernel enforces, read back from it.</summary>
    public required RunReportProof Proof { get; init; }

    /// <summary>With <c>--json</c>: what it wrote to stdout, if that is UTF-8.</summary>
    public string? Stdout { get; init; }

    /// <summary>With <c>--json</c>: what it wrote to stdout in base64, if that is not UTF-8.</summary>
    public byte[]? StdoutBase64 { get; init; }

    /// <summary>With <c>--json</c>: what it wrote to stderr, if that is UTF-8.</summary>
    public string? Stderr { get; init; }

    /// <summary>With <c>--json</c>: what it wrote to stderr in base64, if that is not UTF-8.</summary>
    public byte[]? StderrBase64 { get; init; }

    /// <summary>The report of a command that ran, or did not start.</summary>
    /// <param name="jail">Its jail.</param>
    /// <param name="command">What was to run.</param>
    /// <param name="started">The command; null: it did not start.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="probes">What was tried in the jail.</param>
    /// <param name="stdoutBytes">Bytes that it wrote to stdout.</param>
    /// <param name="stderrBytes">Bytes that it wrote to stderr.</param>
    public static RunReport Create(Jail jail, CommandSpec command, Command? started, CommandResult result, ProbeProof probes, long stdoutBytes, long stderrBytes) => new()
    {
        Jail = jail.Id,
        Profile = jail.Spec.Profile,
        Argv = command.Argv,
        End = RunReportEnd.From(result.End),
        ExitCode = result.End.ExitCode,
        Usage = new(result.Usage.Wall.TotalMilliseconds, result.Usage.UserTime.TotalMilliseconds, result.Usage.SystemTime.TotalMilliseconds, result.Usage.PeakMemoryBytes, stdoutBytes, stderrBytes),
        Plan = new RunReportPlan(jail.PlanHash, started?.ProgramHash ?? CommandPlanner.Plan(jail.Spec, command).Hash()),
        Degraded = jail.Spec.Degraded,
        Proof = new RunReportProof(jail.Proof, started?.Proof, probes),
    };

    /// <summary>The report of a command that did not start.</summary>
    /// <param name="jail">Its jail.</param>
    /// <param name="command">What was to run.</param>
    /// <param name="end">Why it did not.</param>
    /// <param name="probes">What was tried in the jail.</param>
    public static RunReport Create(Jail jail, CommandSpec command, CommandEnd.StartFailed end, ProbeProof probes) =>
        Create(jail, command, null, new CommandResult(end, new CommandUsage(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null, null)), probes, 0, 0);
}
