namespace AgentSandbox.Ctl.Text;

/// <summary>A table for people. Every cell is made visible; the last column is as long as it is.</summary>
/// <param name="headers">The columns.</param>
internal sealed class Table(params string[] headers)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row: a cell for each column.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(VisibleText.Of)]);

    /// <summary>Prints it.</summary>
    public void Print() => Lines().ForEach(Console.Out.WriteLine);

    /// <summary>Its lines, the headers first; on a terminal these are bold.</summary>
    public List<string> Lines()
    {
        int[] widths = [.. headers.Select((header, column) => _rows.Select(row => row[column].Length).Append(header.Length).Max())];
        return [Style.Bold(Line(headers, widths)), .. _rows.Select(row => Line(row, widths))];
    }

    private static string Line(string[] cells, int[] widths) =>
        string.Join(Gap, cells.Select((cell, column) => column == cells.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd();
}
