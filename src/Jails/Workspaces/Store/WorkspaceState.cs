using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A workspace that outlives a jail, as it is kept: to write it is the one moment in which a change happens.</summary>
public sealed record WorkspaceState
{
    /// <summary>Its name, and its volume's: <c>w-</c> and 12 characters.</summary>
    public required string Id { get; init; }

    /// <summary>To whom it and its files belong.</summary>
    public required uint Uid { get; init; }

    /// <summary>The group of its files.</summary>
    public required uint Gid { get; init; }

    /// <summary>The id of the API key that it belongs to, if to one.</summary>
    public string? Key { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The owner's marks.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What its volume holds, in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>How many files its volume holds.</summary>
    public required long MaxFiles { get; init; }

    /// <summary>What lies beneath the layer that is written, the lowest first.</summary>
    public ImmutableArray<LayerRef> Base { get; init; } = [];

    /// <summary>The number of the layer that is written, in its own volume.</summary>
    public required int Upper { get; init; }

    /// <summary>A number that a layer once had in its volume: the next has a higher one. 0: those that are there tell.</summary>
    public int LastLayer { get; init; }

    /// <summary>The oldest first.</summary>
    public ImmutableArray<SnapshotState> Snapshots { get; init; } = [];

    /// <summary>The workspace that it came from; null: it began empty.</summary>
    public string? ForkedFromWorkspace { get; init; }

    /// <summary>The snapshot that it began as.</summary>
    public string? ForkedFromSnapshot { get; init; }

    /// <summary>What it began as, the lowest layer first.</summary>
    public ImmutableArray<LayerRef> Origin { get; init; } = [];

    /// <summary>The layer that is written.</summary>
    [JsonIgnore]
    public LayerRef Top => new(Id, Upper);

    /// <summary>All that must not be removed for its sake.</summary>
    [JsonIgnore]
    public IEnumerable<LayerRef> Needs => [.. Base, Top, .. Origin, .. Snapshots.SelectMany(s => s.Layers)];

    /// <summary>The snapshot with this id; null: there is none.</summary>
    public SnapshotState? Snapshot(string id) => Snapshots.FirstOrDefault(s => s.Id == id);
}
