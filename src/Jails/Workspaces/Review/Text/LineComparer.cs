namespace AgentSandbox.Jails.Workspaces.Review.Text;

/// <summary>Lines by their bytes. The hash is a random one of each process, so that nobody can write lines that collide.</summary>
internal sealed class LineComparer : IEqualityComparer<ReadOnlyMemory<byte>>
{
    /// <summary>The only one.</summary>
    internal static LineComparer Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> line)
    {
        HashCode hash = default;
        hash.AddBytes(line.Span);
        return hash.ToHashCode();
    }
}
