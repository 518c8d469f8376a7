namespace AgentSandbox.Mcp.Gateway;

/// <summary>Pipes that a server gets as its standard streams, with no daemon between. Disposed, ours are closed, and the server's if it did not get them.</summary>
public interface IServerPipes : IDisposable
{
    /// <summary>Where its stdin is written; closed, it has ended.</summary>
    Stream Input { get; }

    /// <summary>Where its stdout is read.</summary>
    Stream Output { get; }

    /// <summary>Where its stderr is read.</summary>
    Stream Errors { get; }

    /// <summary>Gives the server its ends.</summary>
    /// <param name="socket">The daemon's socket for that.</param>
    /// <param name="token">The daemon's one-time token.</param>
    /// <exception cref="IOException">They were not taken.</exception>
    void HandOver(string socket, ReadOnlySpan<byte> token);
}
