namespace AgentSandbox.Jails.Workspaces.Review.Text;

/// <summary>The lines of two texts, each with its line feed: equal lines have the same number.</summary>
internal sealed class LineTable
{
    private readonly Dictionary<ReadOnlyMemory<byte>, int> _numbers = new(LineComparer.Instance);

    internal LineTable(byte[] before, byte[] after)
    {
        Before = Split(before);
        After = Split(after);
        BeforeNumbers = [.. Before.Select(Number)];
        AfterNumbers = [.. After.Select(Number)];
        IsRemoved = new bool[Before.Count];
        IsAdded = new bool[After.Count];
    }

    /// <summary>The lines of the earlier text.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Before { get; }

    /// <summary>The lines of the later text.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> After { get; }

    /// <summary>Their numbers.</summary>
    internal int[] BeforeNumbers { get; }

    /// <summary>Their numbers.</summary>
    internal int[] AfterNumbers { get; }

    /// <summary>How many numbers there are.</summary>
    internal int Distinct => _numbers.Count;

    /// <summary>Which of the earlier lines have no partner.</summary>
    internal bool[] IsRemoved { get; }

    /// <summary>Which of the later lines have no partner.</summary>
    internal bool[] IsAdded { get; }

    private static List<ReadOnlyMemory<byte>> Split(byte[] text)
    {
        List<ReadOnlyMemory<byte>> lines = [];
        for (int start = 0; start < text.Length;)
        {
            int feed = text.AsSpan(start).IndexOf((byte)'\n');
            int length = feed < 0 ? text.Length - start : feed + 1;
            lines.Add(text.AsMemory(start, length));
            start += length;
        }

        return lines;
    }

    private int Number(ReadOnlyMemory<byte> line)
    {
        if (!_numbers.TryGetValue(line, out int number))
        {
            number = _numbers.Count;
            _numbers.Add(line, number);
        }

        return number;
    }
}
