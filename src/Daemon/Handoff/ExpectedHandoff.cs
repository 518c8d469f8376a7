namespace AgentSandbox.Daemon.Handoff;

/// <summary>Files that a client is about to hand over. Dispose it if they are not wanted any more; files that come later or were not taken are closed.</summary>
public sealed class ExpectedHandoff : IDisposable
{
    private readonly HandoffTokens _tokens;

    internal ExpectedHandoff(HandoffTokens tokens, byte[] token, HandoffTicket ticket)
    {
        _tokens = tokens;
        Token = token;
        Ticket = ticket;
    }

    /// <summary>The one-time token for the client: 32 random bytes.</summary>
    public ReadOnlyMemory<byte> Token { get; }

    internal HandoffTicket Ticket { get; }

    /// <summary>The files; now they are the caller's to dispose. Call it once.</summary>
    /// <exception cref="TimeoutException">They did not come in time.</exception>
    /// <exception cref="OperationCanceledException">It was disposed, or <paramref name="cancellation"/>.</exception>
    public Task<HandedStdio> Receive(CancellationToken cancellation) => Ticket.Receive(cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Forget(Ticket);
        Ticket.Dispose();
    }
}
