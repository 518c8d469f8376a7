namespace AgentSandbox.Daemon.Auth;

/// <summary>Why a caller was refused before anything was decided. For the audit trail: what the caller is told may be less.</summary>
public enum AuthenticationFailure
{
    /// <summary>The peer's uid or one of its gids has no number on this host.</summary>
    OverflowId,

    /// <summary>The peer lives in another user namespace.</summary>
    ForeignUserNamespace,

    /// <summary>The process that connected had ended before it could be looked at.</summary>
    PeerEnded,

    /// <summary>There is an authorization header, and it is no API key; or there are several.</summary>
    MalformedKey,

    /// <summary>No key has this id, or its secret is another.</summary>
    UnknownKey,

    /// <summary>The key was revoked.</summary>
    RevokedKey,

    /// <summary>The key's time is over.</summary>
    ExpiredKey,

    /// <summary>The key is bound to another uid.</summary>
    KeyOfAnotherUid,
}
