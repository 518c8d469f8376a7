using System.Globalization;

namespace AgentSandbox.Audit;

/// <summary>Reads what a <see cref="JsonLinesSink"/> wrote.</summary>
public static class AuditReader
{
    /// <summary>The lines of the files that <paramref name="path"/> was rotated to, and of it: oldest first. Rotations meanwhile do no harm.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<AuditLine> ReadAll(string path)
    {
        List<FileStream> files = AuditFiles.Open(path);
        try
        {
            for (int i = files.Count - 1; i >= 0; i--)
            {
                foreach (AuditLine line in ReadStream(files[i]))
                {
                    yield return line;
                }
            }
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>The lines of <paramref name="files"/>, in that order: oldest first.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<AuditLine> ReadFiles(IEnumerable<string> files) => files.SelectMany(ReadFile);

    /// <summary>The lines of one file. What stands after the last line feed is a line that is still being written, or that a crash cut short.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<AuditLine> ReadFile(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        foreach (AuditLine line in ReadStream(stream))
        {
            yield return line;
        }
    }

    /// <summary>The newest entries that <paramref name="query"/> asks for, newest first.</summary>
    /// <param name="path">The youngest file.</param>
    /// <param name="query">Which.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<AuditEntry> List(string path, AuditQuery query)
    {
        List<AuditEntry> newest = [];
        List<FileStream> files = AuditFiles.Open(path, file =>
        {
            Queue<AuditEntry> found = new();
            foreach (AuditEntry entry in ReadStream(file).Select(line => line.Entry).OfType<AuditEntry>().Where(query.Matches))
            {
                found.Enqueue(entry);
                if (found.Count > query.Limit - newest.Count)
                {
                    found.Dequeue();
                }
            }

            newest.AddRange(found.Reverse());
            return newest.Count >= query.Limit;
        });
        files.ForEach(file => file.Dispose());
        return newest;
    }

    private static IEnumerable<AuditLine> ReadStream(FileStream stream)
    {
        ByteLines lines = new(stream);
        for (long number = 1; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            yield return Parse(string.Create(CultureInfo.InvariantCulture, $"{stream.Name}, line {number}"), line);
        }

        if (lines.HasRest)
        {
            yield return new($"{stream.Name}, its end", null, "the last line has no end");
        }
    }

    internal static AuditLine Parse(string place, ReadOnlyMemory<byte> line)
    {
        try
        {
            return new(place, AuditJson.Read(line));
        }
        catch (FormatException e)
        {
            return new(place, null, e.Message);
        }
    }
}
