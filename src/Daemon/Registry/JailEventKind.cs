namespace AgentSandbox.Daemon.Registry;

/// <summary>What can happen to a jail.</summary>
internal enum JailEventKind
{
    /// <summary>It was made.</summary>
    JailCreated,

    /// <summary>It ended.</summary>
    JailEnded,

    /// <summary>All in it stands still.</summary>
    JailPaused,

    /// <summary>All in it goes on.</summary>
    JailResumed,

    /// <summary>It has other limits.</summary>
    JailUpdated,

    /// <summary>A command was started in it.</summary>
    CommandStarted,

    /// <summary>A command in it ended.</summary>
    CommandEnded,

    /// <summary>It is at its limit of memory.</summary>
    MemoryLimit,

    /// <summary>It is at its limit of processes.</summary>
    PidsLimit,

    /// <summary>The daemon was restarted and has it again.</summary>
    JailAdopted,

    /// <summary>Its workspace has no room for more.</summary>
    WorkspaceFull = 11, // the contract has a number of its own between

    /// <summary>It was given a workspace.</summary>
    WorkspaceAttached,

    /// <summary>A snapshot of its workspace was made.</summary>
    WorkspaceSnapshot,

    /// <summary>Its workspace holds again what a snapshot does.</summary>
    WorkspaceRolledBack,
}
