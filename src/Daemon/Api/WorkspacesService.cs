using System.Globalization;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>Workspaces that outlive jails: made, listed, given to jails, kept as snapshots, put back, forked and removed.</summary>
internal sealed partial class WorkspacesService(CallGuard guard, WorkspaceRegistry workspaces, WorkspaceKeeper keeper, JailRegistry jails, Recorder recorder, StateStore store) : Workspaces.WorkspacesBase
{
    public override async Task<V1.Workspace> CreateWorkspace(CreateWorkspaceRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.WorkspaceCreate);
        WorkspaceDraft draft = WorkspaceRequests.Draft(authority.Access.Caller, request.SizeBytes, request.MaxFiles, request.Labels);
        return await Answer(await workspaces.AddAsync(draft, authority.Grant, "empty", () => Task.FromResult(keeper.Create(draft))).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public override Task<V1.Workspace> GetWorkspace(GetWorkspaceRequest request, ServerCallContext context) =>
        Answer(Find(context, Permissions.WorkspaceGet, request.Id).State, withSnapshots: true);

    public override Task<ListWorkspacesResponse> ListWorkspaces(ListWorkspacesRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.WorkspaceList);
        IEnumerable<WorkspaceState> seen = workspaces.All.Where(state =>
            authority.Covers(WorkspaceRegistry.OwnerOf(state)) && request.Labels.All(label => state.Labels.GetValueOrDefault(label.Key) == label.Value));
        (WorkspaceState[] page, string next) = Paging.Take(seen, TokenOf, request.PageSize, request.PageToken);
        ListWorkspacesResponse response = new() { NextPageToken = next };
        foreach (WorkspaceState state in page)
        {
            if (keeper.LookAtUse(state.Id) is VolumeUse use)
            {
                response.Workspaces.Add(WorkspaceAnswers.Workspace(state, use, keeper.JailOf(state.Id), withSnapshots: false));
            }
        }

        return Task.FromResult(response);
    }

    public override Task<V1.Workspace> UpdateWorkspace(UpdateWorkspaceRequest request, ServerCallContext context)
    {
        (WorkspaceState state, Authority authority) = Find(context, Permissions.WorkspaceUpdate, request.Id);
        (long size, long files) = WorkspaceRequests.Sizes(
            request.SizeBytes == 0 ? state.SizeBytes : request.SizeBytes,
            request.MaxFiles == 0 ? state.MaxFiles : request.MaxFiles);
        return Answer(workspaces.Resize(state, size, files, authority.Grant));
    }

    public override Task<Empty> DeleteWorkspace(DeleteWorkspaceRequest request, ServerCallContext context)
    {
        workspaces.Delete(Find(context, Permissions.WorkspaceDelete, request.Id).State);
        return Task.FromResult(new Empty());
    }

    public override Task<V1.Workspace> AttachWorkspace(AttachWorkspaceRequest request, ServerCallContext context)
    {
        (WorkspaceState state, Authority authority) = Find(context, Permissions.WorkspaceAttach, request.Id);
        JailEntry entry = jails.Find(request.Jail, authority.Covers);
        if (entry.Record.Owner != WorkspaceRegistry.OwnerOf(state))
        {
            throw new PolicyException("state", $"{state.Id} and {entry.Id} belong to different owners");
        }

        keeper.Attach(state.Id, entry.Jail, spec => store.Save(entry, entry.Jail.Save() with { Spec = spec with { Root = [] } }));
        recorder.WorkspaceAttached(state, entry);
        return Answer(state);
    }

    public override Task<Snapshot> CreateSnapshot(CreateSnapshotRequest request, ServerCallContext context)
    {
        (WorkspaceState state, _) = Find(context, Permissions.WorkspaceSnapshot, request.Workspace);
        return Task.FromResult(WorkspaceAnswers.Snapshot(state, Snapshot(state, WorkspaceRequests.Description(request.Description))));
    }

    public override Task<Empty> DeleteSnapshot(DeleteSnapshotRequest request, ServerCallContext context)
    {
        (WorkspaceState state, _) = Find(context, Permissions.WorkspaceDelete, request.Workspace);
        SnapshotState snapshot = WorkspaceRegistry.Find(state, request.Snapshot);
        keeper.DeleteSnapshot(state.Id, snapshot.Id);
        recorder.SnapshotDeleted(state, snapshot);
        return Task.FromResult(new Empty());
    }

    public override Task<V1.Workspace> RollbackWorkspace(RollbackWorkspaceRequest request, ServerCallContext context)
    {
        (WorkspaceState state, _) = Find(context, Permissions.WorkspaceRollback, request.Id);
        SnapshotState snapshot = WorkspaceRegistry.Find(state, request.Snapshot);
        WorkspaceState back = keeper.Rollback(state.Id, snapshot.Id);
        recorder.WorkspaceRolledBack(state, snapshot, JailOf(state));
        return Answer(back, withSnapshots: true);
    }

    public override async Task<V1.Workspace> ForkWorkspace(ForkWorkspaceRequest request, ServerCallContext context)
    {
        (WorkspaceState state, Authority authority) = Find(context, Permissions.WorkspaceFork, request.Id);
        WorkspaceDraft draft = WorkspaceRequests.Draft(authority.Access.Caller, request.SizeBytes, request.MaxFiles, request.Labels, state);
        if (WorkspaceRegistry.OwnerOf(state) != authority.Owner)
        {
            throw new PolicyException("state", $"{state.Id} belongs to somebody else: its files would be another's");
        }

        SnapshotState? snapshot = request.Snapshot.Length == 0 ? null : WorkspaceRegistry.Find(state, request.Snapshot);
        return await Answer(await workspaces.AddAsync(
            draft, authority.Grant, $"a fork of {state.Id}", () => Task.FromResult(keeper.Fork(state.Id, (snapshot ?? Snapshot(state, "forked")).Id, draft))).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public override Task<Snapshot> ApproveSnapshot(ApproveSnapshotRequest request, ServerCallContext context)
    {
        (WorkspaceState state, Authority authority) = Find(context, Permissions.ReviewApprove, request.Workspace);
        if (WorkspaceRegistry.OwnerOf(state) == authority.Owner && authority.Grant.DemandsReview)
        {
            throw new PolicyException("state", "nobody reviews their own work: another caller with review.approve does");
        }

        SnapshotState snapshot = WorkspaceRegistry.Find(state, request.Snapshot);
        recorder.SnapshotApproved(state, snapshot, authority.Access.Caller);
        return Task.FromResult(WorkspaceAnswers.Snapshot(state, keeper.Approve(state.Id, snapshot.Id, authority.Owner.Uid, authority.Owner.Key)));
    }

    private static string TokenOf(WorkspaceState state) => string.Create(CultureInfo.InvariantCulture, $"{state.CreatedAt.UtcTicks:D20}{state.Id}");

    private SnapshotState Snapshot(WorkspaceState state, string description)
    {
        SnapshotState made = keeper.Snapshot(state.Id, description);
        recorder.SnapshotCreated(state, made, JailOf(state));
        return made;
    }

    private JailEntry? JailOf(WorkspaceState state) => keeper.JailOf(state.Id) is string jail ? jails.Look(jail) : null;

    private (WorkspaceState State, Authority Authority) Find(ServerCallContext context, string permission, string id)
    {
        Authority authority = guard.Require(context, permission);
        return (workspaces.Find(id, authority.Covers), authority);
    }

    private Task<V1.Workspace> Answer(WorkspaceState state, bool withSnapshots = false) =>
        Task.FromResult(WorkspaceAnswers.Workspace(state, keeper.ReadUse(state.Id), keeper.JailOf(state.Id), withSnapshots));
}
