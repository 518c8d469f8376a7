using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Top;

/// <summary>The table of <c>sandboxctl top</c>: its order, and which jail is selected.</summary>
internal sealed class TopScreen
{
    /// <summary>What the keys do.</summary>
    public const string Keys = "q quit, c m i p a sort by CPU, memory, disk, processes, age, j k or arrows select, space pause or resume, x kill (asks first)";

    private string _selected = "";
    private char _order = 'c';

    /// <summary>The id of the selected jail; empty: there is none.</summary>
    public string Selected => _selected;

    /// <summary>Sorts by another column.</summary>
    /// <param name="key">The key that was pressed.</param>
    /// <returns>False: it is none of those that sort.</returns>
    public bool Sort(char key)
    {
        bool known = "cmipa".Contains(key, StringComparison.Ordinal);
        _order = known ? key : _order;
        return known;
    }

    /// <summary>Selects the jail that stands <paramref name="step"/> below the selected one.</summary>
    public void Move(IReadOnlyList<TopRow> rows, int step)
    {
        List<TopRow> sorted = Sorted(rows);
        int at = sorted.FindIndex(row => row.Jail.Id == _selected) + step;
        _selected = sorted.Count == 0 ? "" : sorted[Math.Clamp(at, 0, sorted.Count - 1)].Jail.Id;
    }

    /// <summary>The table, at most <paramref name="height"/> lines of it.</summary>
    /// <param name="rows">The jails.</param>
    /// <param name="height">1 or more.</param>
    /// <param name="selectable">True: the selected jail stands out.</param>
    public List<string> Lines(IReadOnlyList<TopRow> rows, int height, bool selectable)
    {
        List<TopRow> sorted = Sorted(rows);
        if (selectable && sorted.All(row => row.Jail.Id != _selected))
        {
            _selected = sorted.FirstOrDefault()?.Jail.Id ?? "";
        }

        Table table = new("JAIL", "OWNER", "STATE", "CPU%", "MEMORY", "IO/S", "PIDS", "PSI CPU/MEM/IO", "RUN", "COMMAND");
        foreach (TopRow row in sorted)
        {
            table.Add(Cells(row));
        }

        List<string> lines = table.Lines();
        int selected = sorted.FindIndex(row => row.Jail.Id == _selected);
        int first = Math.Max(0, selected - Math.Max(0, height - 2));
        return [lines[0], .. lines.Skip(1).Select((line, i) => selectable && i == selected ? Style.Reverse(line) : line).Skip(first).Take(height - 1)];
    }

    private List<TopRow> Sorted(IReadOnlyList<TopRow> rows) => _order switch
    {
        'm' => [.. rows.OrderByDescending(row => row.Usage.MemoryBytes)],
        'i' => [.. rows.OrderByDescending(row => row.IoBytesPerSecond ?? 0)],
        'p' => [.. rows.OrderByDescending(row => row.Usage.Pids)],
        'a' => [.. rows],
        _ => [.. rows.OrderByDescending(row => row.CpuPercent ?? 0)],
    };

    private static string[] Cells(TopRow row) =>
    [
        row.Jail.Id,
        Figures.Number(row.Jail.Owner.Uid),
        Names.Of(row.Jail.State),
        row.CpuPercent is double cpu ? Figures.Percent(cpu) : Figures.Unknown,
        Names.OfSize(row.Usage.HasMemoryBytes, row.Usage.MemoryBytes),
        row.IoBytesPerSecond is double io ? Figures.Size((long)io) : Figures.Unknown,
        Names.OfCount(row.Usage.HasPids, row.Usage.Pids),
        $"{Names.Of(row.Usage.CpuPressure)}/{Names.Of(row.Usage.MemoryPressure)}/{Names.Of(row.Usage.IoPressure)}",
        Figures.Number(row.Jail.RunningCommands),
        row.Command,
    ];
}
