using Microsoft.Extensions.Logging;
using ModelContextProtocol;

namespace AgentSandbox.Mcp;

/// <summary>Warnings and errors of the protocol's library as lines on stderr: stdout is the protocol's.</summary>
public sealed class StderrLog : ILoggerFactory, ILogger
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is stderr, and nothing else");

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && exception is not (McpProtocolException or OperationCanceledException)) // a client is told what it does wrong, and knows what it cancels
        {
            Console.Error.WriteLine($"sandboxctl: mcp: {formatter(state, exception)}{(exception is null ? "" : $": {exception.GetBaseException().Message}")}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
