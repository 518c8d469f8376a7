namespace AgentSandbox.Ctl.Run;

/// <summary>What a command wrote.</summary>
/// <param name="StdoutBytes">How much to stdout (and, on a terminal, stderr).</param>
/// <param name="StderrBytes">How much to stderr.</param>
/// <param name="Stdout">What to stdout, if it was collected.</param>
/// <param name="Stderr">What to stderr, if it was collected.</param>
internal sealed record RunOutput(long StdoutBytes, long StderrBytes, byte[]? Stdout, byte[]? Stderr)
{
    /// <summary>Nothing.</summary>
    public static RunOutput None { get; } = new(0, 0, null, null);
}
