namespace AgentSandbox.Access;

/// <summary>By what a principal is known.</summary>
public enum PrincipalKind
{
    /// <summary>The uid.</summary>
    Uid,

    /// <summary>The gid, or one of the supplementary groups.</summary>
    Gid,

    /// <summary>The systemd unit.</summary>
    Unit,

    /// <summary>The name of the API key.</summary>
    Key,
}
