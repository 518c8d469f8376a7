using System.Globalization;

namespace AgentSandbox.Audit;

/// <summary>Reads what a <see cref="JsonLinesSink"/> wrote.</summary>
public static class AuditReader
{
    /// <summary>The lines of <paramref name="files"/>, in that order: oldest first.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<AuditLine> ReadFiles(IEnumerable<string> files) => files.SelectMany(ReadFile);

    /// <summary>The lines of one file. What stands after the last line feed is a line that is still being written, or that a crash cut short.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<AuditLine> ReadFile(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        ByteLines lines = new(stream);
        for (long number = 1; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            yield return Parse(string.Create(CultureInfo.InvariantCulture, $"{file}, line {number}"), line);
        }

        if (lines.HasRest)
        {
            yield return new($"{file}, its end", null, "the last line has no end");
        }
    }

    /// <summary>The newest entries that <paramref name="query"/> asks for, newest first.</summary>
    /// <param name="files">Oldest first, as <see cref="AuditFiles.Find"/> gives them.</param>
    /// <param name="query">Which.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<AuditEntry> List(IReadOnlyList<string> files, AuditQuery query)
    {
        List<AuditEntry> newest = [];
        foreach (string file in files.Reverse())
        {
            Queue<AuditEntry> found = new();
            foreach (AuditEntry entry in ReadFile(file).Select(line => line.Entry).OfType<AuditEntry>().Where(query.Matches))
            {
                found.Enqueue(entry);
                if (found.Count > query.Limit - newest.Count)
                {
                    found.Dequeue();
                }
            }

            newest.AddRange(found.Reverse());
            if (newest.Count >= query.Limit)
            {
                break;
            }
        }

        return newest;
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
