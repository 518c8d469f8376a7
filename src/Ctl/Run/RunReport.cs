using System.Collections.Immutable;
using AgentSandbox.Jails.Proof;

namespace AgentSandbox.Ctl.Run;

/// <summary>What <c>--report</c> and <c>--json</c> write: how a command ended, what it used, and what confined it.</summary>
internal sealed record RunReport
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
}
