namespace AgentSandbox.Jails.Workspaces;

/// <summary>Why something could not be done with a file.</summary>
public enum WorkspaceFault
{
    /// <summary>What was asked for makes no sense, as a path with <c>..</c> or an archive that is none.</summary>
    Malformed,

    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>Something is there already.</summary>
    Exists,

    /// <summary>It is of another kind than is needed, as a directory or a link.</summary>
    Unfit,

    /// <summary>The jail's user may not.</summary>
    Denied,

    /// <summary>There is no room for it.</summary>
    Full,
}
