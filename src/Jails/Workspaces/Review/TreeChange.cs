namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>A path that differs between two trees. It lives until the next one is asked for: the files are closed then.</summary>
public sealed class TreeChange : IDisposable
{
    internal TreeChange(ReadOnlyMemory<byte> path, SeenFile? before, SeenFile? after)
    {
        (Path, Before, After) = (path, before, after);
    }

    /// <summary>The path from the root: bytes, which need not be UTF-8, of any length.</summary>
    public ReadOnlyMemory<byte> Path { get; }

    /// <summary>What it was; null: nothing was there.</summary>
    public SeenFile? Before { get; }

    /// <summary>What it is; null: nothing is there.</summary>
    public SeenFile? After { get; }

    /// <summary>How it differs.</summary>
    public ChangeKind Kind => Before is null ? ChangeKind.Added : After is null ? ChangeKind.Removed : ChangeKind.Changed;

    /// <inheritdoc/>
    public void Dispose()
    {
        Before?.Dispose();
        After?.Dispose();
    }
}
