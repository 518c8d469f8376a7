using System.Collections.Immutable;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A workspace that somebody asks for.</summary>
/// <param name="Uid">To whom it and its files will belong.</param>
/// <param name="Gid">The group of its files.</param>
/// <param name="Key">The id of the API key that it will belong to, if to one.</param>
/// <param name="SizeBytes">What its files may take: 16 MiB to 1 TiB.</param>
/// <param name="MaxFiles">How many files there may be: 16 to one for each KiB of the size.</param>
/// <param name="Labels">The owner's marks.</param>
public sealed record WorkspaceDraft(uint Uid, uint Gid, string? Key, long SizeBytes, long MaxFiles, ImmutableSortedDictionary<string, string> Labels);
