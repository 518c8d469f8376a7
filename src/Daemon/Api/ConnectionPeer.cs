using AgentSandbox.Daemon.Auth;

namespace AgentSandbox.Daemon.Api;

/// <summary>Who connected, as a feature of the connection: fixed before the first byte is read.</summary>
/// <param name="Peer">The peer; null: it is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
internal sealed record ConnectionPeer(Peer? Peer, UnauthenticatedException? Refusal);
