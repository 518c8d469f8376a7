using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Kernel.Review;

/// <summary>Changes as lines: <c>+ path</c>, <c>~ path</c>, <c>- path</c>.</summary>
internal static class Changes
{
    /// <summary>What the code under test says.</summary>
    public static List<string> Of(string before, string after, IReadOnlyList<SafeFileHandle>? layers = null, string within = "", Action<string>? see = null)
    {
        using SafeFileHandle earlier = Files.OpenAnchor(before);
        using SafeFileHandle later = Files.OpenAnchor(after);
        using TreeComparison comparison = new(earlier, later, layers, TreePath.Parse(within), CancellationToken.None);
        List<string> lines = [];
        foreach (TreeChange change in comparison.Changes())
        {
            lines.Add(Line(change.Kind, FileName.Show(change.Path.Span)));
            see?.Invoke(lines[^1]);
        }

        return lines;
    }

    /// <summary>What a plain walk by paths says.</summary>
    public static List<string> Naively(string before, string after)
    {
        Dictionary<string, string> earlier = Walk(before);
        Dictionary<string, string> later = Walk(after);
        return [.. earlier.Keys.Union(later.Keys)
            .Where(path => earlier.GetValueOrDefault(path) != later.GetValueOrDefault(path))
            .OrderBy(path => path, StringComparer.Ordinal)
            .Select(path => Line(!earlier.ContainsKey(path) ? ChangeKind.Added : !later.ContainsKey(path) ? ChangeKind.Removed : ChangeKind.Changed, path))];
    }

    private static string Line(ChangeKind kind, string path) => $"{"+~-"[(int)kind]} {path}";

    private static Dictionary<string, string> Walk(string root)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        Stack<DirectoryInfo> waiting = new([new DirectoryInfo(root)]);
        while (waiting.TryPop(out DirectoryInfo? directory))
        {
            foreach (FileSystemInfo file in directory.EnumerateFileSystemInfos())
            {
                string content = file.LinkTarget is string target ? $"link {target}"
                    : file is DirectoryInfo ? $"directory {file.UnixFileMode}"
                    : $"file {file.UnixFileMode} {Convert.ToHexString(File.ReadAllBytes(file.FullName))}";
                files.Add(Path.GetRelativePath(root, file.FullName), content);
                if (file is DirectoryInfo and { LinkTarget: null })
                {
                    waiting.Push((DirectoryInfo)file);
                }
            }
        }

        return files;
    }
}
