namespace AgentSandbox.Jails.Plan;

/// <summary>A directory or file of the caller's that the jail sees. The fd slot <c>source:SOURCE</c> holds it, opened once as the caller.</summary>
/// <param name="Source">The host path, as the caller wrote it.</param>
/// <param name="Target">Where it appears: absolute.</param>
/// <param name="Writable">True: programs may write; what they write belongs to the caller, through an idmapped mount (fd slot <c>idmap</c>).</param>
/// <param name="IsDirectory">True for a directory.</param>
public sealed record JailBind(string Source, string Target, bool Writable, bool IsDirectory);
