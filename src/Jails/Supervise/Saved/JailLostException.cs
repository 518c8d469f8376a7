namespace AgentSandbox.Jails.Supervise;

/// <summary>A jail that cannot be taken hold of again: it has ended, or is not what it was.</summary>
/// <param name="id">The jail.</param>
/// <param name="reason">Why.</param>
public sealed class JailLostException(string id, string reason) : Exception($"jail {id}: {reason}")
{
    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}
