using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Daemon.Api;

/// <summary>Files of workspaces as callers get them.</summary>
internal static class FileAnswers
{
    private const long FirstSecond = -62135596800; // year 1
    private const long LastSecond = 253402300799; // year 9999

    /// <summary>The file at <paramref name="path"/>.</summary>
    public static FileInfo At(TreePath path, FileEntry entry) => Info(path.ToString(), entry);

    /// <summary>The entry <paramref name="entry"/> of the directory <paramref name="directory"/>.</summary>
    public static FileInfo In(TreePath directory, FileEntry entry)
    {
        string name = FileName.Show(entry.Name.Span);
        FileInfo info = Info(directory.IsRoot ? name : $"{directory}/{name}", entry);
        info.Unaddressable = !FileName.IsText(entry.Name.Span);
        return info;
    }

    /// <summary>A file with another path than its own.</summary>
    public static FileInfo Of(string path, FileEntry entry) => Info(path, entry);

    private static FileInfo Info(string path, FileEntry entry) => new()
    {
        Path = path,
        Kind = entry.Kind switch
        {
            EntryKind.Regular => FileKind.Regular,
            EntryKind.Directory => FileKind.Directory,
            EntryKind.Link => FileKind.Link,
            _ => FileKind.Other,
        },
        SizeBytes = entry.Size,
        Mode = entry.Mode,
        ModifiedAt = new Timestamp { Seconds = Math.Clamp(entry.ModifiedSeconds, FirstSecond, LastSecond), Nanos = (int)entry.ModifiedNanoseconds },
    };
}
