namespace AgentSandbox.Audit;

/// <summary>Lets so many records of each source pass, and counts the rest: a token bucket for each.</summary>
/// <param name="burst">How many pass at once: 1 or more.</param>
/// <param name="perSecond">How many pass a second in the long run: more than 0.</param>
/// <param name="time">The clock.</param>
internal sealed class FloodGate(int burst, double perSecond, TimeProvider time)
{
    private const int MaxSources = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>What stands for the sources that came when there were too many of them.</summary>
    internal const string Others = "others";

    /// <summary>True if a record of <paramref name="source"/> may be written; false if it was counted instead.</summary>
    internal bool TryPass(string source)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (!_buckets.TryGetValue(source, out Bucket? bucket))
            {
                source = _buckets.Count < MaxSources ? source : Others;
                if (!_buckets.TryGetValue(source, out bucket))
                {
                    _buckets[source] = bucket = new() { Tokens = burst, Filled = now };
                }
            }

            Fill(bucket, now);
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens--;
                return true;
            }

            bucket.Dropped++;
            return false;
        }
    }

    /// <summary>The sources of which records were left out since the last call, and how many. Sources that are quiet are forgotten.</summary>
    internal List<(string Source, long Count)> Drain()
    {
        long now = time.GetTimestamp();
        List<(string, long)> counts = [];
        lock (_gate)
        {
            foreach ((string source, Bucket bucket) in _buckets)
            {
                Fill(bucket, now);
                if (bucket.Dropped > 0)
                {
                    counts.Add((source, bucket.Dropped));
                    bucket.Dropped = 0;
                }
                else if (bucket.Tokens >= burst)
                {
                    _buckets.Remove(source);
                }
            }
        }

        return counts;
    }

    private void Fill(Bucket bucket, long now)
    {
        bucket.Tokens = Math.Min(burst, bucket.Tokens + time.GetElapsedTime(bucket.Filled, now).TotalSeconds * perSecond);
        bucket.Filled = now;
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long Filled { get; set; }

        public long Dropped { get; set; }
    }
}
