using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Proof;

/// <summary>How an attempt at something forbidden was answered.</summary>
/// <param name="Layer">The layer that must refuse it.</param>
/// <param name="Attempt">The call, as strace would print it.</param>
/// <param name="Planned">The error that was planned.</param>
/// <param name="Answer">The kernel's answer: an error, or <c>allowed</c>.</param>
public sealed record ProbeAnswer(string Layer, string Attempt, string Planned, string Answer)
{
    internal static ProbeAnswer From(Probe probe, long result) => new(
        probe.Layer,
        (probe.Step with { Tolerates = Errno.None }).ToString(),
        probe.Planned.ToString(),
        result >= 0 ? "allowed" : ((Errno)(-result)).ToString());
}
