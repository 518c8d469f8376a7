namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Why a change wants a reviewer's eye: what it may do to whoever uses the files later.</summary>
[Flags]
public enum ReviewMarks
{
    /// <summary>Nothing is known.</summary>
    None = 0,

    /// <summary>A file that may be executed: by its mode, or by how it begins.</summary>
    Executable = 1 << 0,

    /// <summary>A hook or configuration of git: it names programs that git runs.</summary>
    Git = 1 << 1,

    /// <summary>What a continuous integration service runs.</summary>
    ContinuousIntegration = 1 << 2,

    /// <summary>A shell's or a tool's start-up file, or another whose name begins with a dot.</summary>
    Dotfile = 1 << 3,

    /// <summary>A task or setting that an editor runs or loads.</summary>
    Editor = 1 << 4,

    /// <summary>Configuration of an agent or of MCP servers.</summary>
    Agent = 1 << 5,

    /// <summary>A lock file of a package manager: it says which code is fetched.</summary>
    LockFile = 1 << 6,

    /// <summary>A manifest or build file whose scripts run at installation or build.</summary>
    Build = 1 << 7,

    /// <summary>A link that leaves the tree.</summary>
    EscapingLink = 1 << 8,

    /// <summary>A setuid or setgid bit.</summary>
    SetUserId = 1 << 9,

    /// <summary>A device, FIFO or socket.</summary>
    Special = 1 << 10,

    /// <summary>A name with characters that cannot be seen or that change the direction of text, or that is no text.</summary>
    Name = 1 << 11,
}
