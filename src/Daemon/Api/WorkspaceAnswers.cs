using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentSandbox.Daemon.Api;

/// <summary>Workspaces as callers get them.</summary>
internal static class WorkspaceAnswers
{
    /// <summary>A workspace.</summary>
    /// <param name="state">The workspace.</param>
    /// <param name="use">What it holds.</param>
    /// <param name="jail">The jail that has it, or null.</param>
    /// <param name="withSnapshots">True: with its snapshots.</param>
    public static V1.Workspace Workspace(WorkspaceState state, VolumeUse use, string? jail, bool withSnapshots)
    {
        V1.Workspace answer = new()
        {
            Id = state.Id,
            Owner = OwnerOf(state.Uid, state.Key),
            CreatedAt = Timestamp.FromDateTimeOffset(state.CreatedAt),
            SizeBytes = state.SizeBytes,
            MaxFiles = state.MaxFiles,
            UsedBytes = use.Bytes,
            UsedFiles = use.Files,
            Jail = jail ?? "",
            ForkedFromWorkspace = state.ForkedFromWorkspace ?? "",
            ForkedFromSnapshot = state.ForkedFromSnapshot ?? "",
        };
        answer.Labels.Add(state.Labels);
        if (withSnapshots)
        {
            answer.Snapshots.Add(state.Snapshots.Select(snapshot => Snapshot(state, snapshot)));
        }

        return answer;
    }

    /// <summary>A snapshot.</summary>
    public static Snapshot Snapshot(WorkspaceState state, SnapshotState snapshot) => new()
    {
        Id = snapshot.Id,
        Workspace = state.Id,
        CreatedAt = Timestamp.FromDateTimeOffset(snapshot.CreatedAt),
        Description = snapshot.Description,
        Approved = snapshot.ApprovedByUid is not null,
        ApprovedBy = snapshot.ApprovedByUid is uint uid ? OwnerOf(uid, snapshot.ApprovedByKey) : null,
    };

    private static Owner OwnerOf(uint uid, string? key) => new() { Uid = uid, KeyId = key ?? "" };
}
