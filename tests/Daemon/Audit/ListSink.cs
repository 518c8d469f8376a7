using AgentSandbox.Audit;

namespace AgentSandbox.Tests.Daemon.Audit;

/// <summary>A sink that keeps entries in memory, and can be made to fail.</summary>
internal sealed class ListSink(string name = "list") : IAuditSink
{
    public List<AuditEntry> Entries { get; } = [];

    public List<long> Replays { get; } = [];

    public int Attempts { get; private set; }

    public bool Fails { get; set; }

    public bool DiesAfterWrite { get; set; }

    public string Name => name;

    public void Write(AuditEntry entry, bool isReplay)
    {
        Attempts++;
        if (Fails)
        {
            throw new IOException("no room");
        }

        Entries.Add(entry);
        if (isReplay)
        {
            Replays.Add(entry.Sequence);
        }

        if (DiesAfterWrite)
        {
            throw new InvalidOperationException("the daemon is killed here");
        }
    }

    public AuditEntry? ReadLast() => null;

    public void Dispose()
    {
    }
}
