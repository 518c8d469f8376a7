namespace AgentSandbox.Jails.Host;

/// <summary>What is at a host path.</summary>
/// <param name="Kind">The kind of file.</param>
/// <param name="LinkTarget">What a link points to; null for other kinds.</param>
public sealed record HostPath(HostPathKind Kind, string? LinkTarget)
{
    /// <summary>The disk that it lies on (<c>254:0</c>), or null if its file system is on none of its own.</summary>
    public string? Disk { get; init; }
}
