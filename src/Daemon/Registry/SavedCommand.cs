namespace AgentSandbox.Daemon.Registry;

/// <summary>What the daemon knows of a background command beyond what the engine does, as it is kept.</summary>
/// <param name="Id">Its name in its jail.</param>
/// <param name="Argv">The program and its arguments.</param>
/// <param name="StartedAt">When it was started.</param>
internal sealed record SavedCommand(string Id, string[] Argv, DateTimeOffset StartedAt);
