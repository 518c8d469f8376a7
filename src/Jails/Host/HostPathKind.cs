namespace AgentSandbox.Jails.Host;

/// <summary>The kinds of file that planning tells apart.</summary>
public enum HostPathKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A device, socket or FIFO.</summary>
    Other,
}
