namespace AgentSandbox.Access;

/// <summary>What an owner has been given for one jail or command, until it is disposed. Disposing it twice does nothing more.</summary>
public sealed class QuotaReservation : IDisposable
{
    private readonly QuotaLedger _ledger;

    internal QuotaReservation(QuotaLedger ledger, OwnerId owner, ResourceTotals amounts)
    {
        _ledger = ledger;
        Owner = owner;
        Amounts = amounts;
    }

    /// <summary>Whose it is.</summary>
    public OwnerId Owner { get; }

    /// <summary>How much it is.</summary>
    public ResourceTotals Amounts { get; internal set; }

    /// <summary>Makes it <paramref name="amounts"/> instead, or leaves it as it is.</summary>
    /// <exception cref="QuotaException">That would be too much.</exception>
    public void Change(ResourceTotals amounts, Grant grant) => _ledger.Change(this, amounts, grant);

    /// <summary>Gives it back.</summary>
    public void Dispose() => _ledger.Release(this);
}
