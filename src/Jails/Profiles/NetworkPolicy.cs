namespace AgentSandbox.Jails.Profiles;

/// <summary>The network that a jail has: a namespace of its own, always.</summary>
/// <param name="Loopback">True: its own loopback interface is up. False: no interface is.</param>
public sealed record NetworkPolicy(bool Loopback);
