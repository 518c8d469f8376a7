namespace AgentSandbox.Daemon.Registry;

/// <summary>There is no such jail or command, or it is not the caller's to see: the same for both.</summary>
/// <param name="what">What was asked for, as the caller named it: <c>jail j-...</c>.</param>
internal sealed class NotFoundException(string what) : Exception($"there is no {what}");
