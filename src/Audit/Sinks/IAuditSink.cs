namespace AgentSandbox.Audit;

/// <summary>A place that keeps entries. <see cref="AuditLog"/> calls one method at a time.</summary>
public interface IAuditSink : IDisposable
{
    /// <summary>Its name in records and messages.</summary>
    string Name { get; }

    /// <summary>Keeps <paramref name="entry"/>; all of it or nothing.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isReplay">True: a crash came between, so that it may be here already.</param>
    /// <exception cref="IOException">It cannot be kept. The next entry may be tried nevertheless.</exception>
    void Write(AuditEntry entry, bool isReplay);

    /// <summary>The last entry that it keeps; null if it keeps none or cannot tell.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    AuditEntry? ReadLast();
}
