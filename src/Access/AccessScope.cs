namespace AgentSandbox.Access;

/// <summary>Whose jails a permission is for. The order is from less to more.</summary>
public enum AccessScope
{
    /// <summary>The caller's own: those of others are as if they were not there.</summary>
    Own,

    /// <summary>Everybody's.</summary>
    All,
}
