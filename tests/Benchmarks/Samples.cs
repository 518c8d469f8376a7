namespace AgentSandbox.Benchmarks;

/// <summary>The times of one thing, in microseconds.</summary>
/// <param name="name">What was timed.</param>
internal sealed class Samples(string name)
{
    private readonly List<double> _times = [];

    public string Name { get; } = name;

    public bool IsEmpty => _times.Count == 0;

    public double Median => At(0.5);

    public double P99 => At(0.99);

    public void Add(double microseconds) => _times.Add(microseconds);

    private double At(double part)
    {
        double[] sorted = [.. _times.Order()];
        return sorted[(int)(part * (sorted.Length - 1))];
    }
}
