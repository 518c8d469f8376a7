using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>What every owner has been given. Each call is one step: two that come at once cannot both take the last of it.</summary>
public sealed class QuotaLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<OwnerId, HashSet<QuotaReservation>> _given = [];

    /// <summary>Gives <paramref name="owner"/> so much more. The caller disposes it when the jail or command has ended.</summary>
    /// <param name="owner">Who.</param>
    /// <param name="amounts">How much.</param>
    /// <param name="grant">What may be given in total, and by which rule.</param>
    /// <exception cref="QuotaException">That would be too much; nothing was given.</exception>
    public QuotaReservation Reserve(OwnerId owner, ResourceTotals amounts, Grant grant)
    {
        lock (_gate)
        {
            Check(Sum(owner, null), ResourceTotals.Zero, amounts, grant);
            return Add(owner, amounts);
        }
    }

    /// <summary>Notes what <paramref name="owner"/> has, whatever its quota is: for jails that outlived the daemon that gave it. The caller disposes it.</summary>
    public QuotaReservation Adopt(OwnerId owner, ResourceTotals amounts)
    {
        lock (_gate)
        {
            return Add(owner, amounts);
        }
    }

    /// <summary>What <paramref name="owner"/> has now.</summary>
    public ResourceTotals Used(OwnerId owner)
    {
        lock (_gate)
        {
            return Sum(owner, null);
        }
    }

    internal void Change(QuotaReservation reservation, ResourceTotals amounts, Grant grant)
    {
        lock (_gate)
        {
            Check(Sum(reservation.Owner, reservation), reservation.Amounts, amounts, grant);
            reservation.Amounts = amounts;
        }
    }

    internal void Release(QuotaReservation reservation)
    {
        lock (_gate)
        {
            if (_given.TryGetValue(reservation.Owner, out HashSet<QuotaReservation>? own) && own.Remove(reservation) && own.Count == 0)
            {
                _given.Remove(reservation.Owner);
            }
        }
    }

    private QuotaReservation Add(OwnerId owner, ResourceTotals amounts)
    {
        QuotaReservation reservation = new(this, owner, amounts);
        if (!_given.TryGetValue(owner, out HashSet<QuotaReservation>? own))
        {
            _given[owner] = own = [];
        }

        own.Add(reservation);
        return reservation;
    }

    private ResourceTotals Sum(OwnerId owner, QuotaReservation? without) => _given.TryGetValue(owner, out HashSet<QuotaReservation>? own)
        ? own.Where(one => one != without).Aggregate(ResourceTotals.Zero, (sum, one) => sum.Plus(one.Amounts))
        : ResourceTotals.Zero;

    private static void Check(ResourceTotals used, ResourceTotals before, ResourceTotals asked, Grant grant)
    {
        ResourceTotals sum = used.Plus(asked);
        ResourceTotals most = grant.Quotas;
        Check("jails", used.Jails, before.Jails, asked.Jails, sum.Jails, most.Jails);
        Check("memory", used.Memory, before.Memory, asked.Memory, sum.Memory, most.Memory);
        Check("cpus", used.Cpus, before.Cpus, asked.Cpus, sum.Cpus, most.Cpus);
        Check("pids", used.Pids, before.Pids, asked.Pids, sum.Pids, most.Pids);
        Check("disk", used.Disk, before.Disk, asked.Disk, sum.Disk, most.Disk);
        Check("commands", used.Commands, before.Commands, asked.Commands, sum.Commands, most.Commands);

        // Who does not ask for more of a kind is not stopped by what he has of it already: quotas can have been lowered meanwhile.
        void Check<T>(string name, Limit<T> others, Limit<T> old, Limit<T> wanted, Limit<T> together, Limit<T> quota)
            where T : struct, IComparable<T>
        {
            if (old.IsBelow(wanted) && quota.IsBelow(together))
            {
                throw new QuotaException(name, others.ToString(), wanted.ToString(), quota.ToString(), grant.Rule);
            }
        }
    }
}
