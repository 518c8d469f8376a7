namespace AgentSandbox.Jails.Supervise;

/// <summary>The uid ranges that engines of one kind take from: no jail of the other kind gets one of them, even while a daemon whose jails live on is away.</summary>
/// <param name="First">The index of the first range.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct UidRegion(int First, int Count)
{
    private const int Half = 8192;

    /// <summary>For the daemon.</summary>
    public static UidRegion Service { get; } = new(0, Half);

    /// <summary>For processes that make jails themselves.</summary>
    public static UidRegion Embedded { get; } = new(Half, Half);
}
