using AgentSandbox.Access;

namespace AgentSandbox.Daemon.Api;

/// <summary>Who calls, and with what right.</summary>
/// <param name="Access">All that it may do.</param>
/// <param name="Grant">What came with the permission of this call.</param>
internal sealed record Authority(CallerAccess Access, Grant Grant)
{
    /// <summary>Whose jails the caller makes.</summary>
    public OwnerId Owner => Access.Caller.Owner;

    /// <summary>True if what belongs to <paramref name="owner"/> is within this right.</summary>
    public bool Covers(OwnerId owner) => Grant.Scope == AccessScope.All || owner == Owner;
}
