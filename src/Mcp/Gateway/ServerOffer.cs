namespace AgentSandbox.Mcp.Gateway;

/// <summary>What a server can offer.</summary>
public enum ServerOffer
{
    /// <summary>Tools, which a model calls.</summary>
    Tools,

    /// <summary>Prompts, which a person chooses.</summary>
    Prompts,

    /// <summary>Resources, which are read by address.</summary>
    Resources,
}
