using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Run;

/// <summary>What <c>sandboxctl run</c> was asked to do.</summary>
internal sealed record RunRequest
{
    /// <summary>The jail.</summary>
    public required JailRequest Jail { get; init; }

    /// <summary>The command.</summary>
    public required CommandSpec Command { get; init; }

    /// <summary>Whether the command gets a terminal; null: if we have one ourselves.</summary>
    public required bool? Terminal { get; init; }

    /// <summary>Where the report goes, or null.</summary>
    public required string? ReportFile { get; init; }

    /// <summary>True: output goes into one JSON object.</summary>
    public required bool Json { get; init; }
}
