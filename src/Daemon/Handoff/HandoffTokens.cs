using System.Security.Cryptography;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Handoff;

/// <summary>The tokens that are out. Each is good once, for a time, for one user.</summary>
/// <param name="lifetime">How long one is good.</param>
/// <param name="most">How many may be out at once: 1 or more.</param>
/// <param name="time">The clock.</param>
internal sealed class HandoffTokens(TimeSpan lifetime, int most, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<HandoffTicket> _tickets = [];

    /// <summary>Gives out a token for <paramref name="uid"/>.</summary>
    /// <exception cref="InvalidOperationException">Too many are out.</exception>
    internal ExpectedHandoff Issue(uint uid)
    {
        byte[] token = RandomNumberGenerator.GetBytes(FdHandoff.TokenSize);
        HandoffTicket ticket = new(SHA256.HashData(token), uid, time.GetTimestamp());
        Sweep();
        lock (_gate)
        {
            if (_tickets.Count >= most)
            {
                throw new InvalidOperationException($"{most} handoffs are awaited already");
            }

            _tickets.Add(ticket);
        }

        return new(this, token, ticket);
    }

    /// <summary>Takes the ticket of <paramref name="token"/> for <paramref name="uid"/> out; null if there is none. A token of another user stays his.</summary>
    /// <remarks>Every ticket is compared, each in the same time: how long it takes tells nothing of the tokens.</remarks>
    internal HandoffTicket? Redeem(ReadOnlySpan<byte> token, uint uid)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(token, hash);
        Sweep();
        lock (_gate)
        {
            HandoffTicket? found = null;
            foreach (HandoffTicket ticket in _tickets)
            {
                found = CryptographicOperations.FixedTimeEquals(ticket.Hash, hash) && ticket.Uid == uid ? ticket : found;
            }

            return found is not null && _tickets.Remove(found) ? found : null;
        }
    }

    internal void Forget(HandoffTicket ticket)
    {
        lock (_gate)
        {
            _tickets.Remove(ticket);
        }
    }

    /// <summary>Ends the tokens whose time is over.</summary>
    internal void Sweep()
    {
        List<HandoffTicket> late;
        lock (_gate)
        {
            late = _tickets.FindAll(ticket => time.GetElapsedTime(ticket.Start) >= lifetime);
            _tickets.RemoveAll(late.Contains);
        }

        late.ForEach(ticket => ticket.Expire());
    }
}
