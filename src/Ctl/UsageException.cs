namespace AgentSandbox.Ctl;

/// <summary>The command line is wrong.</summary>
/// <param name="message">What is wrong with it, and what would be right.</param>
internal sealed class UsageException(string message) : Exception(message);
