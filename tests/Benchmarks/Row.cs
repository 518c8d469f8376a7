namespace AgentSandbox.Benchmarks;

/// <summary>A line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">In which unit: <c>us</c>, <c>MB/s</c>.</param>
/// <param name="Median">The middle one of the figures.</param>
/// <param name="P99">The 99th percentile; null where there is one figure only.</param>
/// <param name="Reference">What it is compared with, measured in the same run; null: nothing.</param>
/// <param name="Ratio">The median divided by the reference's.</param>
internal sealed record Row(string Name, string Unit, double Median, double? P99, string? Reference, double? Ratio)
{
    /// <summary>The row of <paramref name="samples"/>, beside the medians of <paramref name="references"/>: one row for each.</summary>
    public static IEnumerable<Row> Of(Samples samples, params Samples[] references)
    {
        Samples[] present = [.. references.Where(r => !r.IsEmpty)];
        return samples.IsEmpty ? []
            : present.Length == 0 ? [new(samples.Name, samples.Unit, samples.Median, samples.P99OrNone, null, null)]
            : present.Select(r => new Row(samples.Name, samples.Unit, samples.Median, samples.P99OrNone, r.Name, samples.Median / r.Median));
    }
}
