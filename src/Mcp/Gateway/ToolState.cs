namespace AgentSandbox.Mcp.Gateway;

/// <summary>What a tool is, compared with what the user has accepted.</summary>
public enum ToolState
{
    /// <summary>As it was accepted.</summary>
    Pinned,

    /// <summary>Not as it was accepted.</summary>
    Changed,

    /// <summary>It was not there then.</summary>
    New,
}
