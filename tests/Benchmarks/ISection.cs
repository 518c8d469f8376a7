namespace AgentSandbox.Benchmarks;

/// <summary>A part of the table. Disposed, what it started has ended.</summary>
internal interface ISection : IDisposable
{
    /// <summary>Its heading.</summary>
    string Title { get; }

    /// <summary>Measures everything once more.</summary>
    void Round();

    /// <summary>What was found.</summary>
    IEnumerable<Row> Rows();
}
