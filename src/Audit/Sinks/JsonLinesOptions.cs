namespace AgentSandbox.Audit;

/// <summary>Where and how a <see cref="JsonLinesSink"/> writes.</summary>
/// <param name="Path">The file, in a directory that only root can write. Older ones are beside it: <c>.1</c> is the youngest of them.</param>
public sealed record JsonLinesOptions(string Path)
{
    /// <summary>A file that would get longer than this is rotated, in bytes: 1 or more.</summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many older files are kept: 0 or more.</summary>
    public int KeptFiles { get; init; } = 8;

    /// <summary>When to fsync.</summary>
    public FsyncPolicy Fsync { get; init; } = FsyncPolicy.Interval;

    /// <summary>For <see cref="FsyncPolicy.Interval"/>.</summary>
    public TimeSpan FsyncInterval { get; init; } = TimeSpan.FromSeconds(1);
}
