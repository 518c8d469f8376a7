namespace AgentSandbox.Jails.Workspaces;

/// <summary>What an entry of a workspace is.</summary>
public enum EntryKind
{
    /// <summary>A regular file: the only kind that is read and written.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link, which is never followed.</summary>
    Link,

    /// <summary>A FIFO, socket or device, which is never opened.</summary>
    Other,
}
