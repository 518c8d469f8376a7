using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>Where the audit trail goes: the journal, a file, or both.</summary>
internal sealed record AuditConfig
{
    /// <summary>True: to the journal where there is one.</summary>
    public bool Journal { get; init; } = true;

    /// <summary>The file of JSON lines; null: <c>audit.jsonl</c> in the state directory where there is no journal, else none.</summary>
    public string? File { get; init; }

    /// <summary>The size at which a file is closed and the next is begun: 64 KiB or more.</summary>
    public ByteSize MaxSize { get; init; } = new(64L << 20);

    /// <summary>How many closed files are kept: 1 to 1,000.</summary>
    public int Keep { get; init; } = 8;

    /// <summary>When what was written is forced to the disk: after each record, so often, or (null) when the kernel sees fit.</summary>
    public TimeSpan? SyncInterval { get; init; } = TimeSpan.FromSeconds(1);
}
