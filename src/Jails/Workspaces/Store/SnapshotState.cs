using System.Collections.Immutable;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A snapshot, as it is kept.</summary>
public sealed record SnapshotState
{
    /// <summary>Its name: <c>s-</c> and 12 characters.</summary>
    public required string Id { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The owner's words.</summary>
    public required string Description { get; init; }

    /// <summary>What it consists of, the lowest layer first.</summary>
    public required ImmutableArray<LayerRef> Layers { get; init; }

    /// <summary>The uid of who approved it; null: nobody did.</summary>
    public uint? ApprovedByUid { get; init; }

    /// <summary>The id of the API key with which it was approved, if any.</summary>
    public string? ApprovedByKey { get; init; }
}
