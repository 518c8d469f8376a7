namespace AgentSandbox.Ctl.Client;

/// <summary>The daemon refused, or cannot be reached.</summary>
/// <param name="message">What a person reads: what was refused, by which rule, and how to get it.</param>
internal sealed class DaemonException(string message) : Exception(message);
