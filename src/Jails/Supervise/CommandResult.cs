namespace AgentSandbox.Jails.Supervise;

/// <summary>How a command ended and what it used.</summary>
/// <param name="End">The reason.</param>
/// <param name="Usage">The resources.</param>
public sealed record CommandResult(CommandEnd End, CommandUsage Usage);
