using System.Threading.RateLimiting;
using AgentSandbox.Access;

namespace AgentSandbox.Daemon.Auth;

/// <summary>How often each owner does what: a bucket of tokens for each owner, permission and rate. A bucket that has filled up again is forgotten.</summary>
public sealed class RateLimits : IDisposable
{
    private readonly PartitionedRateLimiter<(OwnerId Owner, string Permission, Rate Rate)> _buckets =
        PartitionedRateLimiter.Create<(OwnerId Owner, string Permission, Rate Rate), (OwnerId Owner, string Permission, Rate Rate)>(
            use => RateLimitPartition.GetTokenBucketLimiter(use, key => Options(key.Rate)));

    /// <summary>Counts one use.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="permission">Of what.</param>
    /// <param name="grant">How often it may be, and by which rule.</param>
    /// <exception cref="RateLimitException">It was too often.</exception>
    public void Count(OwnerId owner, string permission, Grant grant)
    {
        if (grant.Rate is not Rate rate)
        {
            return;
        }

        using RateLimitLease lease = _buckets.AttemptAcquire((owner, permission, rate));
        if (!lease.IsAcquired)
        {
            TimeSpan after = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan said) ? said : rate.Period;
            throw new RateLimitException(permission, rate, after, grant.Rule);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Dispose() => _buckets.Dispose();

    private static TokenBucketRateLimiterOptions Options(Rate rate) => new()
    {
        TokenLimit = rate.Count,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromTicks(Math.Max(1, rate.Period.Ticks / rate.Count)),
        QueueLimit = 0,
    };
}
