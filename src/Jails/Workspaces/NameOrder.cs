namespace AgentSandbox.Jails.Workspaces;

/// <summary>Names by their bytes.</summary>
internal sealed class NameOrder : IComparer<byte[]>
{
    /// <summary>The only one.</summary>
    internal static NameOrder Instance { get; } = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
