namespace AgentSandbox.Ctl.Copy;

/// <summary>One side of a copy: <c>JAIL:PATH</c>, a path of ours, or <c>-</c>.</summary>
/// <param name="Jail">The jail; null: ours.</param>
/// <param name="Path">The path, in a jail relative to its workspace.</param>
internal sealed record CopyPlace(string? Jail, string Path)
{
    private const string JailPrefix = "j-";
    private const string Workspace = "/workspace";

    /// <summary>True for our stdin or stdout.</summary>
    public bool IsStream => Jail is null && Path == "-";

    /// <summary>The last name of the path; empty: it has none.</summary>
    public string Name => System.IO.Path.GetFileName(Path.TrimEnd('/'));

    /// <summary>Reads an argument. A file of ours that looks like a jail's can be written as <c>./j-...</c>.</summary>
    /// <exception cref="UsageException">It is empty, or the path is outside of the workspace.</exception>
    public static CopyPlace Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (text.Length == 0)
        {
            throw new UsageException("a path is empty");
        }

        return colon < 0 || !text.StartsWith(JailPrefix, StringComparison.Ordinal) || text[..colon].Contains('/', StringComparison.Ordinal)
            ? new CopyPlace(null, text)
            : new CopyPlace(text[..colon], InWorkspace(text[(colon + 1)..]));
    }

    /// <summary>The path of <paramref name="name"/> in this directory.</summary>
    public CopyPlace Below(string name) => this with { Path = Path.Length == 0 ? name : $"{Path.TrimEnd('/')}/{name}" };

    private static string InWorkspace(string path) => path == Workspace ? ""
        : path.StartsWith($"{Workspace}/", StringComparison.Ordinal) ? path[(Workspace.Length + 1)..].TrimEnd('/')
        : path.StartsWith('/') ? throw new UsageException($"'{path}' is not in the jail's workspace: paths are relative to it, or begin with {Workspace}")
        : path is "." or "./" ? ""
        : path.TrimEnd('/');
}
