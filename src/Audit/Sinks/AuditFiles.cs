using System.Globalization;

namespace AgentSandbox.Audit;

/// <summary>Which files a <see cref="JsonLinesSink"/> leaves.</summary>
public static class AuditFiles
{
    /// <summary>The files of <paramref name="path"/> that are there, oldest first.</summary>
    public static IReadOnlyList<string> Find(string path)
    {
        List<string> files = [];
        for (int age = 1; File.Exists(Older(path, age)); age++)
        {
            files.Insert(0, Older(path, age));
        }

        if (File.Exists(path))
        {
            files.Add(path);
        }

        return files;
    }

    /// <summary>The file that was rotated <paramref name="age"/> times: 1 or more.</summary>
    internal static string Older(string path, int age) => string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");
}
