using System.Collections.Immutable;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A fork and the workspace that it came from changed the same paths.</summary>
/// <param name="paths">The paths.</param>
public sealed class CommitConflictException(ImmutableArray<byte[]> paths)
    : Exception($"both changed {paths.Length} {(paths.Length == 1 ? "path" : "paths")}, and nothing was done: {string.Join(", ", paths.Take(Shown).Select(path => FileName.Show(path)))}{(paths.Length > Shown ? ", ..." : "")}")
{
    private const int Shown = 5;

    /// <summary>The paths: bytes, which need not be UTF-8.</summary>
    public ImmutableArray<byte[]> Paths { get; } = paths;
}
