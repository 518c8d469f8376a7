using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Unit.Review;

/// <summary>Two folders that are compared.</summary>
internal sealed class TwoTrees : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Both empty.</summary>
    public TwoTrees()
    {
        Directory.CreateDirectory(Before);
        Directory.CreateDirectory(After);
    }

    /// <summary>The earlier one.</summary>
    public string Before => Path.Combine(_folder.Path, "before");

    /// <summary>The later one.</summary>
    public string After => Path.Combine(_folder.Path, "after");

    /// <summary>Puts a file into the later one.</summary>
    public void Add(string path, string content, uint mode = 0b110_100_100)
    {
        string file = Path.Combine(After, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, (UnixFileMode)mode);
    }

    /// <summary>What <paramref name="look"/> says of each change.</summary>
    public List<T> Compare<T>(Func<TreeChange, T> look, string within = "")
    {
        using SafeFileHandle before = Files.OpenAnchor(Before);
        using SafeFileHandle after = Files.OpenAnchor(After);
        using TreeComparison comparison = new(before, after, null, TreePath.Parse(within), CancellationToken.None);
        return [.. comparison.Changes().Select(look)];
    }

    /// <summary>What a reviewer is told of the file at <paramref name="path"/>.</summary>
    public ReviewMarks MarksOf(string path) =>
        Compare(change => (Path: FileName.Show(change.Path.Span), Marks: Reviewer.MarksOf(change))).Single(change => change.Path == path).Marks;

    public void Dispose() => _folder.Dispose();
}
