using System.Collections.Immutable;

namespace AgentSandbox.Daemon.Auth;

/// <summary>An API key, without what proves that one has it.</summary>
public sealed record ApiKey
{
    /// <summary>Its id, which is no secret.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; no two keys that are not revoked have the same.</summary>
    public required string Name { get; init; }

    /// <summary>Its roles.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    /// <summary>The only uid that may use it; null: any.</summary>
    public uint? Uid { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it: <c>uid:0</c>.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>From when on it is of no use; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used. A daemon that is killed forgets the last minutes.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who revoked it.</summary>
    public string? RevokedBy { get; init; }
}
