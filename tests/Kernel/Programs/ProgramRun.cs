namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>What a program gave, in a jail or outside.</summary>
/// <param name="ExitCode">Its exit status; 128 + n for signal n.</param>
/// <param name="Out">Its stdout.</param>
/// <param name="Err">Its stderr.</param>
public sealed record ProgramRun(int ExitCode, string Out, string Err)
{
    /// <inheritdoc/>
    public override string ToString() => $"exit status {ExitCode}\nstdout: {Out}\nstderr: {Err}";
}
