namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>How a path differs between two trees.</summary>
public enum ChangeKind
{
    /// <summary>Only the later tree has it.</summary>
    Added,

    /// <summary>Content, kind, mode or link target differ.</summary>
    Changed,

    /// <summary>Only the earlier tree has it.</summary>
    Removed,
}
