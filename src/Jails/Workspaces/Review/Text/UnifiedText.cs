using System.Buffers;
using System.Globalization;
using System.Text;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Review.Text;

/// <summary>Writes a unified diff, as far as it may go.</summary>
/// <param name="maxLines">How many lines it may have.</param>
/// <remarks>Source: the GNU diffutils manual, "Detailed Description of Unified Format"; names as git writes them.</remarks>
internal sealed class UnifiedText(int maxLines)
{
    private const int Context = 3;

    private readonly ArrayBufferWriter<byte> _text = new();
    private int _lines;

    /// <summary>True: it was longer.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>The names of the files.</summary>
    /// <param name="before">Empty: it was not there.</param>
    /// <param name="after">Empty: it is not there.</param>
    internal void AddHead(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        Add("--- ", before.IsEmpty ? "/dev/null" : Quote("a/", before));
        Add("+++ ", after.IsEmpty ? "/dev/null" : Quote("b/", after));
    }

    /// <summary>What changed, with the lines around it.</summary>
    internal void AddHunks(LineTable lines)
    {
        List<(int X, int XEnd, int Y, int YEnd)> changes = Changes(lines);
        for (int first = 0; first < changes.Count && !IsCut;)
        {
            int last = first;
            while (last + 1 < changes.Count && changes[last + 1].X - changes[last].XEnd <= 2 * Context)
            {
                last++;
            }

            AddHunk(lines, changes, first, last);
            first = last + 1;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_text.WrittenSpan);

    private void AddHunk(LineTable lines, List<(int X, int XEnd, int Y, int YEnd)> changes, int first, int last)
    {
        int lead = Math.Min(Context, Math.Min(changes[first].X, changes[first].Y));
        int trail = Math.Min(Context, lines.Before.Count - changes[last].XEnd);
        int x = changes[first].X - lead;
        Add("@@ ", $"-{Range(x, changes[last].XEnd + trail)} +{Range(changes[first].Y - lead, changes[last].YEnd + trail)} @@");
        for (int i = first; i <= last; i++)
        {
            AddLines(' ', lines.Before, x, changes[i].X);
            AddLines('-', lines.Before, changes[i].X, changes[i].XEnd);
            AddLines('+', lines.After, changes[i].Y, changes[i].YEnd);
            x = changes[i].XEnd;
        }

        AddLines(' ', lines.Before, x, x + trail);
    }

    // Runs of lines without a partner.
    private static List<(int X, int XEnd, int Y, int YEnd)> Changes(LineTable lines)
    {
        List<(int X, int XEnd, int Y, int YEnd)> changes = [];
        for (int x = 0, y = 0; x < lines.Before.Count || y < lines.After.Count;)
        {
            (int xStart, int yStart) = (x, y);
            while (x < lines.Before.Count && lines.IsRemoved[x])
            {
                x++;
            }

            while (y < lines.After.Count && lines.IsAdded[y])
            {
                y++;
            }

            if (x > xStart || y > yStart)
            {
                changes.Add((xStart, x, yStart, y));
            }
            else
            {
                (x, y) = (x + 1, y + 1);
            }
        }

        return changes;
    }

    private void AddLines(char sign, IReadOnlyList<ReadOnlyMemory<byte>> lines, int start, int end)
    {
        for (int i = start; i < end && !IsCut; i++)
        {
            ReadOnlySpan<byte> line = lines[i].Span;
            bool hasFeed = line[^1] == (byte)'\n';
            if (Begin())
            {
                _text.Write([(byte)sign]);
                _text.Write(line);
                _text.Write(hasFeed ? default : "\n\\ No newline at end of file\n"u8);
            }
        }
    }

    private void Add(string sign, string text)
    {
        if (Begin())
        {
            _text.Write(Encoding.UTF8.GetBytes($"{sign}{text}\n"));
        }
    }

    private bool Begin()
    {
        IsCut |= _lines >= maxLines;
        _lines++;
        return !IsCut;
    }

    // "START,COUNT"; a range of no lines is named by the line before it.
    private static string Range(int start, int end) => (end - start) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{start + 1}"),
        int count => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{count}"),
    };

    // As git: quoted if a byte of it could be taken for something else.
    private static string Quote(string prefix, ReadOnlySpan<byte> path)
    {
        if (FileName.IsText(path) && path.IndexOfAnyInRange((byte)0, (byte)0x20) < 0 && path.IndexOfAny((byte)'"', (byte)'\\', (byte)0x7f) < 0)
        {
            return prefix + Encoding.UTF8.GetString(path);
        }

        StringBuilder quoted = new($"\"{prefix}");
        foreach (byte one in path)
        {
            quoted.Append(one is (byte)'"' or (byte)'\\' ? $"\\{(char)one}" : one is < 0x20 or >= 0x7f ? $"\\{Convert.ToString(one, 8).PadLeft(3, '0')}" : ((char)one).ToString());
        }

        return quoted.Append('"').ToString();
    }
}
