namespace AgentSandbox.Access;

/// <summary>What host paths a jail may show. The order is from less to more.</summary>
public enum BindAccess
{
    /// <summary>None beyond the profile's.</summary>
    None,

    /// <summary>What the caller may read, read-only.</summary>
    Read,

    /// <summary>What the caller may write, writable.</summary>
    Write,
}
