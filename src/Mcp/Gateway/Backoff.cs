namespace AgentSandbox.Mcp.Gateway;

/// <summary>How long to wait before something that ended is started again: 1 s, twice as long each time, up to 60 s. What ran for as long as that begins anew.</summary>
/// <param name="time">The clock.</param>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);

    private TimeSpan _wait;
    private long _since;

    /// <summary>How long is still to wait; zero: it may be started.</summary>
    public TimeSpan Left => _wait - time.GetElapsedTime(_since) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>It has ended.</summary>
    /// <param name="startedAt">When it had been started, as a timestamp of the clock.</param>
    /// <param name="endedAt">When it ended.</param>
    public void Ended(long startedAt, long endedAt)
    {
        _wait = _wait == TimeSpan.Zero || time.GetElapsedTime(startedAt, endedAt) >= s_most ? s_least : TimeSpan.FromTicks(Math.Min(_wait.Ticks * 2, s_most.Ticks));
        _since = endedAt;
    }
}
