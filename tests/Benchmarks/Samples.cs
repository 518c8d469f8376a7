namespace AgentSandbox.Benchmarks;

/// <summary>The figures of one thing.</summary>
/// <param name="name">What was measured.</param>
/// <param name="unit">In which unit.</param>
internal sealed class Samples(string name, string unit = "us")
{
    private readonly List<double> _figures = [];

    public string Name { get; } = name;

    public string Unit { get; } = unit;

    public bool IsEmpty => _figures.Count == 0;

    public double Median => At(0.5);

    /// <summary>The 99th percentile; null of fewer than 20 figures, which have none.</summary>
    public double? P99OrNone => _figures.Count < 20 ? null : At(0.99);

    /// <summary>How many figures there are.</summary>
    public int Count => _figures.Count;

    /// <summary>The figures of all <paramref name="parts"/>, of which there is one at least.</summary>
    public static Samples Together(IReadOnlyList<Samples> parts)
    {
        Samples together = new(parts[0].Name, parts[0].Unit);
        together._figures.AddRange(parts.SelectMany(part => part._figures));
        return together;
    }

    public void Add(double figure) => _figures.Add(figure);

    private double At(double part)
    {
        double[] sorted = [.. _figures.Order()];
        return sorted[(int)(part * (sorted.Length - 1))];
    }
}
