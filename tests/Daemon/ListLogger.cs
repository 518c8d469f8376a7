using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Tests.Daemon;

/// <summary>A log in memory.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    private readonly BlockingCollection<string> _lines = [];

    /// <summary>The next line, once it is there.</summary>
    public string Take() => _lines.TryTake(out string? line, TimeSpan.FromSeconds(20)) ? line : throw new TimeoutException("nothing is logged");

    public int Count => _lines.Count;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel}: {formatter(state, exception)}");
}
