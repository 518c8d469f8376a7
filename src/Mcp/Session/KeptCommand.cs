namespace AgentSandbox.Mcp.Session;

/// <summary>A command that a session waited for.</summary>
/// <param name="Jail">Its jail.</param>
/// <param name="Command">Its id there.</param>
/// <param name="Stdout">What it wrote.</param>
/// <param name="Stderr">What it wrote as errors.</param>
internal sealed record KeptCommand(string Jail, string Command, KeptStream Stdout, KeptStream Stderr);
