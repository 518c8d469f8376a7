using System.Text;

namespace AgentSandbox.Tests;

/// <summary>What a run of <c>sandboxctl</c> gave.</summary>
/// <param name="ExitCode">The exit status; 128 + n for signal n.</param>
/// <param name="Stdout">All of its stdout.</param>
/// <param name="RawStderr">All of its stderr.</param>
/// <param name="Left">What it left behind: processes, mounts, cgroups; null where nobody looked.</param>
internal sealed record CliResult(int ExitCode, byte[] Stdout, byte[] RawStderr, string[]? Left)
{
    private const string HostWarning = "sandboxctl: warning: running without "; // the machine's lack, not the run's doing

    /// <summary>Its stdout as text.</summary>
    public string Out => Encoding.UTF8.GetString(Stdout);

    /// <summary>Its stderr as text, without the warnings of what the host lacks.</summary>
    public string Err => string.Concat(Encoding.UTF8.GetString(RawStderr).Split('\n').Where(l => !l.StartsWith(HostWarning, StringComparison.Ordinal)).Select(l => l + "\n"))[..^1];

    /// <inheritdoc/>
    public override string ToString() => $"exit status {ExitCode}\nstdout: {Out}\nstderr: {Err}";
}
