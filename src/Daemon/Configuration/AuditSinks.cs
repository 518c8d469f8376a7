using AgentSandbox.Audit;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>Where audit records go, as the configuration says.</summary>
internal static class AuditSinks
{
    /// <summary>The sinks: the file always, the journal where there is one.</summary>
    public static IEnumerable<IAuditSink> Open(AuditConfig config, string file)
    {
        yield return new JsonLinesSink(new JsonLinesOptions(file)
        {
            MaxBytes = config.MaxSize.Bytes,
            KeptFiles = config.Keep,
            Fsync = config.SyncInterval switch
            {
                null => FsyncPolicy.None,
                { Ticks: 0 } => FsyncPolicy.Each,
                _ => FsyncPolicy.Interval,
            },
            FsyncInterval = config.SyncInterval is { Ticks: > 0 } interval ? interval : TimeSpan.FromSeconds(1),
        });
        if (config.Journal && File.Exists(JournalSink.DefaultPath))
        {
            yield return new JournalSink();
        }
    }
}
