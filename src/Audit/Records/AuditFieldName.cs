namespace AgentSandbox.Audit;

/// <summary>Every field that a record can have. Names come from here alone, never from a request.</summary>
public enum AuditFieldName
{
    /// <summary>The jail.</summary>
    Jail,

    /// <summary>The command's id in its jail.</summary>
    Command,

    /// <summary>The workspace that outlives jails.</summary>
    Workspace,

    /// <summary>The snapshot of a workspace.</summary>
    Snapshot,

    /// <summary>The profile.</summary>
    Profile,

    /// <summary>The hash of the plan.</summary>
    PlanHash,

    /// <summary>The uid that the jail belongs to.</summary>
    OwnerUid,

    /// <summary>The caller's uid, from the kernel.</summary>
    PeerUid,

    /// <summary>The caller's gid, from the kernel.</summary>
    PeerGid,

    /// <summary>The caller's pid: a hint only.</summary>
    PeerPid,

    /// <summary>The caller's systemd unit.</summary>
    PeerUnit,

    /// <summary>The API key's id, never the key.</summary>
    KeyId,

    /// <summary>The agent that the caller says to act for.</summary>
    AgentId,

    /// <summary>One of the caller's roles; may be given several times.</summary>
    Role,

    /// <summary>The permission that was asked for.</summary>
    Permission,

    /// <summary>The rule that decided.</summary>
    Rule,

    /// <summary><c>allow</c> or <c>deny</c>.</summary>
    Verdict,

    /// <summary>The method that was called.</summary>
    Request,

    /// <summary>The id that joins the records of one request.</summary>
    RequestId,

    /// <summary>Why.</summary>
    Reason,

    /// <summary>The command's arguments, a JSON array, without secrets.</summary>
    Arguments,

    /// <summary>The command's environment, a JSON array of <c>NAME=value</c>, without secrets.</summary>
    Environment,

    /// <summary>How it ended, by the name in reports: <c>TIMED_OUT</c>.</summary>
    End,

    /// <summary>The evidence of the end, in words.</summary>
    EndDetail,

    /// <summary>The exit code: 0 to 255.</summary>
    ExitCode,

    /// <summary>The signal: 1 to 64.</summary>
    Signal,

    /// <summary>How long it ran.</summary>
    WallUsec,

    /// <summary>The CPU time that it used.</summary>
    CpuUsec,

    /// <summary>The most memory that it had, in bytes.</summary>
    MemoryPeakBytes,

    /// <summary>Its memory limit, in bytes.</summary>
    MemoryLimitBytes,

    /// <summary>What it wrote to standard output and error, in bytes.</summary>
    OutputBytes,

    /// <summary>What it read from disks, in bytes.</summary>
    ReadBytes,

    /// <summary>What it wrote to disks, in bytes.</summary>
    WrittenBytes,

    /// <summary>What was done.</summary>
    Operation,

    /// <summary>The file.</summary>
    Path,

    /// <summary>The other file, of a move.</summary>
    Target,

    /// <summary>How much, in bytes.</summary>
    Bytes,

    /// <summary>The limits, in words.</summary>
    Limits,

    /// <summary>The layers of confinement that are missing.</summary>
    Layers,

    /// <summary>The step of a plan.</summary>
    Step,

    /// <summary>The system call.</summary>
    Syscall,

    /// <summary>The error, by its name.</summary>
    Errno,

    /// <summary>The MCP server, as its file is named.</summary>
    Server,

    /// <summary>The tool, prompt or address that was asked for.</summary>
    Tool,

    /// <summary>SHA-256 of the arguments of a call, never the arguments.</summary>
    ArgumentsHash,

    /// <summary>What came of it.</summary>
    Outcome,

    /// <summary>What caused the records.</summary>
    Source,

    /// <summary>How many.</summary>
    Count,

    /// <summary>The audit sink.</summary>
    Sink,

    /// <summary>The hash of the record before the daemon started.</summary>
    Previous,

    /// <summary>The boot that the daemon runs in.</summary>
    BootId,

    /// <summary>The daemon's version.</summary>
    Version,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>The first sequence number.</summary>
    FirstSequence,

    /// <summary>The last sequence number.</summary>
    LastSequence,
}
