namespace AgentSandbox.Jails.Supervise;

/// <summary>How a command ended and what it used.</summary>
/// <param name="End">The reason.</param>
/// <param name="Usage">The resources.</param>
public sealed record CommandResult(CommandEnd End, CommandUsage Usage)
{
    /// <summary>Of a command of which nothing is left by which to tell.</summary>
    internal static CommandResult Unknown { get; } = new(new CommandEnd.Unknown(), new CommandUsage(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null, null));
}
