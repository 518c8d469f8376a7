using System.Collections.Immutable;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>What a gateway works with.</summary>
/// <param name="Servers">The servers, by name.</param>
/// <param name="Start">What the daemon is asked to run for a server, with its secrets; throws <see cref="ServerFaultException"/> if they cannot be read.</param>
/// <param name="Pins">What was seen of tools before.</param>
/// <param name="Log">Where each call is written down.</param>
/// <param name="Say">Tells the user something.</param>
public sealed record GatewaySetup(ImmutableArray<JailedServer> Servers, Func<JailedServer, RunStart> Start, IToolPins Pins, ICallLog Log, Action<string> Say)
{
    /// <summary>Makes the pipes of a server whose streams pass the daemon by.</summary>
    public Func<IServerPipes> Pipes { get; init; } = () => throw new NotSupportedException("no server here has streams of its own");

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
