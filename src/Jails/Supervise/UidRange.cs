namespace AgentSandbox.Jails.Supervise;

/// <summary>A range of 65,536 host uids and gids that one jail has for itself. Disposed, it is free again.</summary>
public sealed class UidRange : IDisposable
{
    private readonly UidRangePool _pool;
    private readonly int _index;
    private bool _released;

    internal UidRange(UidRangePool pool, int index, uint first)
    {
        _pool = pool;
        _index = index;
        First = first;
    }

    /// <summary>The number of uids in a range.</summary>
    public const uint Count = 65536;

    /// <summary>The first uid.</summary>
    public uint First { get; }

    /// <summary>Gives the range back.</summary>
    public void Dispose()
    {
        if (!_released)
        {
            _released = true;
            _pool.Release(_index);
        }
    }
}
