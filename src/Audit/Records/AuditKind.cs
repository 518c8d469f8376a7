namespace AgentSandbox.Audit;

/// <summary>What a record tells of. Its name in files and its MESSAGE_ID are in <see cref="AuditKinds"/>.</summary>
public enum AuditKind
{
    /// <summary>A caller was recognised, or refused.</summary>
    Authentication,

    /// <summary>A request was allowed.</summary>
    DecisionAllowed,

    /// <summary>A request was denied.</summary>
    DecisionDenied,

    /// <summary>A jail was created.</summary>
    JailCreated,

    /// <summary>A jail was not created.</summary>
    JailRefused,

    /// <summary>A jail ended.</summary>
    JailEnded,

    /// <summary>A jail was adopted after a restart.</summary>
    JailAdopted,

    /// <summary>A jail could not be adopted after a restart.</summary>
    JailLost,

    /// <summary>A jail is to end, and the kernel does not let go of a process in it.</summary>
    JailStuck,

    /// <summary>A jail's limits were changed.</summary>
    JailUpdated,

    /// <summary>A jail was paused.</summary>
    JailPaused,

    /// <summary>A jail was resumed.</summary>
    JailResumed,

    /// <summary>A command was started.</summary>
    CommandStarted,

    /// <summary>A command ended.</summary>
    CommandEnded,

    /// <summary>A command was not started.</summary>
    CommandRefused,

    /// <summary>A caller touched a jail's files.</summary>
    FileOperation,

    /// <summary>A workspace was made.</summary>
    WorkspaceCreated,

    /// <summary>A workspace has another size.</summary>
    WorkspaceUpdated,

    /// <summary>A workspace was removed.</summary>
    WorkspaceDeleted,

    /// <summary>A jail was given a workspace.</summary>
    WorkspaceAttached,

    /// <summary>A workspace is full.</summary>
    WorkspaceFull,

    /// <summary>The file of a workspace cannot be read.</summary>
    WorkspaceDamaged,

    /// <summary>A snapshot was made.</summary>
    SnapshotCreated,

    /// <summary>A snapshot was removed.</summary>
    SnapshotDeleted,

    /// <summary>A snapshot was approved.</summary>
    SnapshotApproved,

    /// <summary>A workspace was rolled back.</summary>
    WorkspaceRolledBack,

    /// <summary>A fork was committed.</summary>
    WorkspaceCommitted,

    /// <summary>Files of a snapshot were taken away.</summary>
    WorkspaceExported,

    /// <summary>Profiles, policy and configuration were read again.</summary>
    PolicyReloaded,

    /// <summary>A reload was refused, the old policy holds.</summary>
    PolicyReloadRefused,

    /// <summary>An API key was created.</summary>
    KeyCreated,

    /// <summary>An API key was used.</summary>
    KeyUsed,

    /// <summary>An API key was revoked.</summary>
    KeyRevoked,

    /// <summary>A jail started with less than full confinement.</summary>
    DegradedStart,

    /// <summary>The kernel refused what a jail tried.</summary>
    KernelRefusal,

    /// <summary>A request went to an MCP server, or was refused, at the gateway before it.</summary>
    McpCall,

    /// <summary>Records were left out.</summary>
    Flood,

    /// <summary>The daemon started.</summary>
    DaemonStarted,

    /// <summary>The daemon stops.</summary>
    DaemonStopping,

    /// <summary>An audit sink does not take records.</summary>
    AuditSinkFailed,

    /// <summary>An audit sink takes records again.</summary>
    AuditSinkRecovered,
}
