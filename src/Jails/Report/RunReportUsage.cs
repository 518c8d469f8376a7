namespace AgentSandbox.Jails.Report;

/// <summary>What a command used.</summary>
/// <param name="WallMs">From start to end, in milliseconds.</param>
/// <param name="UserMs">CPU time in user mode, in milliseconds.</param>
/// <param name="SystemMs">CPU time in the kernel, in milliseconds.</param>
/// <param name="PeakMemoryBytes">The most memory at once; absent where the host has no memory controller.</param>
/// <param name="StdoutBytes">Bytes written to stdout (and, on a terminal, stderr).</param>
/// <param name="StderrBytes">Bytes written to stderr.</param>
public sealed record RunReportUsage(double WallMs, double UserMs, double SystemMs, long? PeakMemoryBytes, long StdoutBytes, long StderrBytes);
