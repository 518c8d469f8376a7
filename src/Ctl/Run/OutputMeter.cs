namespace AgentSandbox.Ctl.Run;

/// <summary>Counts what a command writes to stdout and stderr together, and says once that it was too much.</summary>
/// <param name="limit">The most that it may write; null for no limit.</param>
/// <param name="exceeded">What to do when it writes more.</param>
internal sealed class OutputMeter(long? limit, Action exceeded)
{
    private long _total;

    /// <summary>Counts <paramref name="bytes"/> and returns how many of them are within the limit.</summary>
    public int Admit(int bytes)
    {
        long total = Interlocked.Add(ref _total, bytes);
        if (limit is not long most || total <= most)
        {
            return bytes;
        }

        if (total - bytes <= most)
        {
            exceeded();
        }

        return (int)Math.Max(0, most - (total - bytes));
    }
}
