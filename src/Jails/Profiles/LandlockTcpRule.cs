using System.Collections.Immutable;

namespace AgentSandbox.Jails.Profiles;

/// <summary>The only TCP ports that a command may use (Landlock ABI 4).</summary>
/// <param name="Bind">Ports that may be bound: 1 to 65535.</param>
/// <param name="Connect">Ports that may be connected to: 1 to 65535.</param>
public sealed record LandlockTcpRule(ImmutableArray<ushort> Bind, ImmutableArray<ushort> Connect);
