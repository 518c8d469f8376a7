using AgentSandbox.Daemon.Auth;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>Looks at who connects, once and before anything is read.</summary>
internal static class PeerCheck
{
    /// <summary>Leaves a <see cref="ConnectionPeer"/> with every connection of this endpoint.</summary>
    public static ListenOptions UsePeerCheck(this ListenOptions listen)
    {
        listen.Use(next => connection =>
        {
            connection.Features.Set(Look(connection));
            return next(connection);
        });
        return listen;
    }

    private static ConnectionPeer Look(ConnectionContext connection)
    {
        try
        {
            return new ConnectionPeer(Peer.From(connection.Features.Get<IConnectionSocketFeature>()!.Socket), null);
        }
        catch (UnauthenticatedException refusal)
        {
            return new ConnectionPeer(null, refusal); // each call on it is told
        }
    }
}
