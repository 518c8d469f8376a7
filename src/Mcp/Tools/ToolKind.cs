namespace AgentSandbox.Mcp.Tools;

/// <summary>What a tool does to what there is.</summary>
internal enum ToolKind
{
    /// <summary>It looks.</summary>
    Reads,

    /// <summary>It adds; again, it adds more.</summary>
    Adds,

    /// <summary>It changes or removes; again, it changes nothing more.</summary>
    Replaces,

    /// <summary>It may change or remove; again, it may do so again.</summary>
    Changes,
}
