using Microsoft.Extensions.Logging;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>The log of one category.</summary>
internal sealed class PriorityLogger(string category, PriorityConsole console) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            string text = formatter(state, exception);
            console.Write(logLevel, category, exception is null ? text : $"{text}\n{exception}");
        }
    }
}
