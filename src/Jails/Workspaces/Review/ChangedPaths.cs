namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>The paths that differ between two trees, in the order of their bytes.</summary>
internal sealed class ChangedPaths
{
    private const long MostBytes = 64 * 1024 * 1024;
    private const byte Slash = (byte)'/';

    private readonly SortedDictionary<byte[], bool> _paths = new(NameOrder.Instance); // true: the later tree has a directory there

    /// <summary>All of them.</summary>
    internal IReadOnlyCollection<byte[]> All => _paths.Keys;

    /// <summary>Those of <paramref name="changes"/>.</summary>
    /// <exception cref="WorkspaceException">Unfit: there are too many to be held in memory, or one is too long to be named.</exception>
    internal static ChangedPaths Of(IEnumerable<TreeChange> changes)
    {
        ChangedPaths paths = new();
        long bytes = 0;
        foreach (TreeChange change in changes)
        {
            byte[] path = TreePath.Parse(change.Path.ToArray()).Bytes.ToArray();
            bytes += path.Length;
            paths._paths[path] = change.After?.Entry.Kind == EntryKind.Directory;
            if (bytes > MostBytes)
            {
                throw new WorkspaceException(WorkspaceFault.Unfit, $"{paths._paths.Count} paths differ and more: that is too much at once");
            }
        }

        return paths;
    }

    /// <summary>True if <paramref name="path"/> is one.</summary>
    internal bool Has(byte[] path) => _paths.ContainsKey(path);

    /// <summary>True if a directory above <paramref name="path"/> is one, and is none any more.</summary>
    internal bool HasLostAbove(byte[] path)
    {
        for (int end = Array.LastIndexOf(path, Slash); end > 0; end = Array.LastIndexOf(path, Slash, end - 1))
        {
            if (_paths.TryGetValue(path[..end], out bool isDirectory) && !isDirectory)
            {
                return true;
            }
        }

        return false;
    }
}
