using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Audit;

/// <summary>The end of a file of lines.</summary>
internal static class LastLine
{
    private const int Step = 64 * 1024;

    /// <summary>The entry in the last whole line of <paramref name="path"/>; null if there is none, or if it is none.</summary>
    internal static AuditEntry? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using SafeFileHandle file = Files.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW);
        long end = FindEnd(file);
        long start = FindLineFeed(file, end - 1) + 1;
        if (end <= start)
        {
            return null;
        }

        byte[] line = new byte[end - 1 - start];
        Fill(file, line, start);
        try
        {
            AuditEntry entry = AuditJson.Read(line);
            return entry.IsGenuine ? entry : null;
        }
        catch (FormatException)
        {
            return null; // the check of the chain names it
        }
    }

    /// <summary>Where the last whole line ends: 0 if there is none.</summary>
    internal static long FindEnd(SafeFileHandle file) => FindLineFeed(file, RandomAccess.GetLength(file)) + 1;

    // The offset of the last line feed before an offset; -1 if there is none.
    private static long FindLineFeed(SafeFileHandle file, long before)
    {
        byte[] buffer = new byte[Step];
        while (before > 0)
        {
            int count = (int)Math.Min(Step, before);
            before -= count;
            Span<byte> part = buffer.AsSpan(0, count);
            Fill(file, part, before);
            int found = part.LastIndexOf((byte)'\n');
            if (found >= 0)
            {
                return before + found;
            }
        }

        return -1;
    }

    private static void Fill(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int count = RandomAccess.Read(file, buffer, offset);
            if (count == 0)
            {
                throw new EndOfStreamException("the file got shorter while it was read");
            }

            buffer = buffer[count..];
            offset += count;
        }
    }
}
