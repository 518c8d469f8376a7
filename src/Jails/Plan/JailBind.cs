namespace AgentSandbox.Jails.Plan;

/// <summary>A directory or file of the caller's that the jail sees. The fd slot <c>source:SOURCE</c> holds it, opened once as the caller.</summary>
/// <param name="Source">The host path, as the caller wrote it.</param>
/// <param name="Target">Where it appears: absolute.</param>
/// <param name="Writable">True: programs may write; what they write belongs to the caller, through an idmapped mount (fd slot <c>idmap</c>).</param>
/// <param name="IsDirectory">True for a directory.</param>
public sealed record JailBind(string Source, string Target, bool Writable, bool IsDirectory)
{
    /// <summary>The disk that it lies on, as <c>io.max</c> names it (<c>254:0</c>); null if its file system is on none of its own.</summary>
    public string? Disk { get; init; }
}
