using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>The daemon's log: lines on standard error; where that is the journal, each line tells its priority.</summary>
/// <remarks>Source: sd-daemon(3), "SD_ERR".</remarks>
/// <param name="writer">Where the lines go.</param>
/// <param name="isJournal">True: lines begin with <c>&lt;N&gt;</c>. False: with the level in words.</param>
[ProviderAlias("Console")]
public sealed class PriorityConsole(TextWriter writer, bool isJournal) : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, PriorityLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The log on standard error.</summary>
    public PriorityConsole()
        : this(Console.Error, JournalOutput.IsStandardError())
    {
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new PriorityLogger(name, this));

    /// <inheritdoc/>
    public void Dispose() => writer.Flush();

    internal void Write(LogLevel level, string category, string text)
    {
        string prefix = isJournal ? $"<{Priority(level)}>" : $"{Word(level)}: ";
        string line = $"{category}: {text}".ReplaceLineEndings("\n").TrimEnd('\n');
        lock (_gate)
        {
            // Each line of a long text is a line of its own there.
            writer.WriteLine(isJournal ? prefix + line.Replace("\n", $"\n{prefix}  ", StringComparison.Ordinal) : prefix + line.Replace("\n", "\n  ", StringComparison.Ordinal));
            writer.Flush();
        }
    }

    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
