using AgentSandbox.Audit;
using AgentSandbox.Jails.Workspaces.Store;

namespace AgentSandbox.Daemon.Registry;

internal sealed partial class Recorder
{
    /// <summary>A workspace is made.</summary>
    /// <exception cref="AuditException">It cannot be put on record: it must not be kept.</exception>
    public void WorkspaceCreated(WorkspaceState state, string how) =>
        audit.Write(About(AuditKind.WorkspaceCreated, state, $"made workspace {state.Id}: {how}").Bytes(state.SizeBytes).Reason(how).Build());

    /// <summary>A workspace has another size.</summary>
    public void WorkspaceUpdated(WorkspaceState state) =>
        Tell(() => audit.Write(About(AuditKind.WorkspaceUpdated, state, $"workspace {state.Id} has another size").Bytes(state.SizeBytes).Build()));

    /// <summary>A workspace is removed.</summary>
    public void WorkspaceDeleted(WorkspaceState state) => Tell(() => audit.Write(About(AuditKind.WorkspaceDeleted, state, $"removed workspace {state.Id}").Build()));

    /// <summary>A jail has another workspace.</summary>
    public void WorkspaceAttached(WorkspaceState state, JailEntry entry)
    {
        Tell(() => audit.Write(About(AuditKind.WorkspaceAttached, state, $"jail {entry.Id} has workspace {state.Id}").Jail(entry.Id).Build()));
        Publish(entry, JailEventKind.WorkspaceAttached, "", state.Id);
    }

    /// <summary>The workspace of a jail has no room for more.</summary>
    public void WorkspaceFull(WorkspaceState state, JailEntry entry)
    {
        Tell(() => audit.WriteLimited(About(AuditKind.WorkspaceFull, state, $"workspace {state.Id} is full").Jail(entry.Id).Bytes(state.SizeBytes).Build(), $"workspace:{state.Id}"));
        Publish(entry, JailEventKind.WorkspaceFull, "", $"{state.Id} has no room for more");
    }

    /// <summary>The file of a workspace cannot be read.</summary>
    public void WorkspaceDamaged(DamagedState damaged) => Tell(() => audit.Write(
        AuditRecord.About(AuditKind.WorkspaceDamaged, $"a workspace is set aside: {damaged.Path} is damaged: {damaged.Reason}")
            .Workspace(Path.GetFileNameWithoutExtension(damaged.Path)).Path(damaged.Path).Reason(damaged.Reason).Build()));

    /// <summary>A snapshot is made.</summary>
    public void SnapshotCreated(WorkspaceState state, SnapshotState snapshot, JailEntry? entry)
    {
        Tell(() => audit.Write(About(AuditKind.SnapshotCreated, state, $"made snapshot {snapshot.Id} of workspace {state.Id}").Snapshot(snapshot.Id).Reason(snapshot.Description).Build()));
        Publish(entry, JailEventKind.WorkspaceSnapshot, snapshot);
    }

    /// <summary>A snapshot is removed.</summary>
    public void SnapshotDeleted(WorkspaceState state, SnapshotState snapshot) =>
        Tell(() => audit.Write(About(AuditKind.SnapshotDeleted, state, $"removed snapshot {snapshot.Id} of workspace {state.Id}").Snapshot(snapshot.Id).Build()));

    /// <summary>A reviewer is about to approve a snapshot.</summary>
    /// <exception cref="AuditException">It cannot be put on record: it must not be approved.</exception>
    public void SnapshotApproved(WorkspaceState state, SnapshotState snapshot, Access.Caller caller) => audit.Write(
        About(AuditKind.SnapshotApproved, state, $"{caller} approves snapshot {snapshot.Id} of workspace {state.Id}").Snapshot(snapshot.Id).PeerUid(caller.Identity.Uid).Build());

    /// <summary>A workspace holds again what a snapshot does.</summary>
    public void WorkspaceRolledBack(WorkspaceState state, SnapshotState snapshot, JailEntry? entry)
    {
        Tell(() => audit.Write(About(AuditKind.WorkspaceRolledBack, state, $"workspace {state.Id} is as snapshot {snapshot.Id} again").Snapshot(snapshot.Id).Build()));
        Publish(entry, JailEventKind.WorkspaceRolledBack, snapshot);
    }

    /// <summary>A workspace has what changed in a fork.</summary>
    public void WorkspaceCommitted(WorkspaceState fork, string snapshot, CommitResult result, JailEntry? entry)
    {
        string id = result.Workspace.Id;
        Tell(() => audit.Write(
            About(AuditKind.WorkspaceCommitted, result.Workspace, $"workspace {id} has what changed in {fork.Id} up to {snapshot}: {result.Changes} paths; before it was {result.Before.Id}")
                .Snapshot(snapshot).Reason($"from {fork.Id}").Count(result.Changes).Build()));
        Publish(entry, JailEventKind.WorkspaceSnapshot, result.Before);
    }

    /// <summary>Files of a snapshot are about to be taken away.</summary>
    /// <exception cref="AuditException">It cannot be put on record: they must not be given.</exception>
    public void WorkspaceExported(WorkspaceState state, SnapshotState snapshot, Access.Caller caller) => audit.Write(
        About(AuditKind.WorkspaceExported, state, $"{caller} takes the files of snapshot {snapshot.Id} of workspace {state.Id}").Snapshot(snapshot.Id).PeerUid(caller.Identity.Uid).Build());

    private static AuditRecordBuilder About(AuditKind kind, WorkspaceState state, string message) =>
        AuditRecord.About(kind, message).Workspace(state.Id).OwnerUid(state.Uid).KeyId(state.Key);

    private void Publish(JailEntry? entry, JailEventKind kind, SnapshotState snapshot)
    {
        if (entry is not null)
        {
            Publish(entry, kind, "", snapshot.Id);
        }
    }
}
