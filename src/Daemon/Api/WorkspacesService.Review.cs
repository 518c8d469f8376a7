using AgentSandbox.Access;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using Snapshot = AgentSandbox.V1.Snapshot;

namespace AgentSandbox.Daemon.Api;

// What is looked at by a reviewer, and what leaves a workspace or comes into one.
internal sealed partial class WorkspacesService
{
    private const int ChunkSize = 64 * 1024;
    private const int MostTextLines = 10_000;
    private const int TurnsOfAnOwner = 4;

    private readonly OwnerTurns _turns = new(TurnsOfAnOwner);

    public override Task DiffWorkspace(DiffWorkspaceRequest request, IServerStreamWriter<FileChange> responseStream, ServerCallContext context)
    {
        (WorkspaceState state, Authority authority) = Find(context, Permissions.WorkspaceDiff, request.Id);
        string? from = IdOf(state, request.From);
        string? to = IdOf(state, request.To);
        TreePath path = TreePath.Parse(request.Path);
        int lines = request.TextLines is >= 0 and <= MostTextLines ? request.TextLines : throw new PolicyException("text_lines", $"is 0 to {MostTextLines}");
        return InTurnAsync(authority, context, async ended =>
        {
            using WorkspaceComparison comparison = keeper.Compare(state.Id, from, to, path, ended);
            foreach (TreeChange change in comparison.Changes())
            {
                await responseStream.WriteAsync(ChangeAnswers.Of(change, lines, ended), ended).ConfigureAwait(false);
            }

            return true;
        });
    }

    public override Task ExportWorkspace(ExportWorkspaceRequest request, IServerStreamWriter<FileChunk> responseStream, ServerCallContext context)
    {
        (WorkspaceState state, Authority authority) = Find(context, Permissions.WorkspaceExport, request.Id);
        TreePath path = TreePath.Parse(request.Path);
        SnapshotState snapshot = Reviewed(state, request.Snapshot, authority, "exported");
        recorder.WorkspaceExported(state, snapshot, authority.Access.Caller);
        return InTurnAsync(authority, context, async ended =>
        {
            using WorkspaceView view = keeper.Open(state.Id, snapshot.Id);
            using FileTree tree = view.OpenTree();
            using TarPacker packer = new(tree, path, ended);
            byte[] buffer = new byte[ChunkSize];
            for (int count; (count = packer.Read(buffer)) > 0;)
            {
                await responseStream.WriteAsync(new FileChunk { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) }, ended).ConfigureAwait(false); // it is on the wire when the write returns
            }

            return true;
        });
    }

    public override async Task<V1.Workspace> ImportWorkspace(IAsyncStreamReader<ImportWorkspaceRequest> requestStream, ServerCallContext context)
    {
        CreateWorkspaceRequest start = await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false) && requestStream.Current.MessageCase == ImportWorkspaceRequest.MessageOneofCase.Start
            ? requestStream.Current.Start
            : throw new PolicyException("message", "the first message is the start");
        Authority authority = guard.Require(context, Permissions.WorkspaceImport);
        WorkspaceDraft draft = WorkspaceRequests.Draft(authority.Access.Caller, start.SizeBytes, start.MaxFiles, start.Labels);
        return await InTurnAsync(authority, context, async ended =>
        {
            WorkspaceState made = await workspaces.AddAsync(draft, authority.Grant, "imported", () => ReceiveAsync(draft, requestStream, ended)).ConfigureAwait(false);
            return await Answer(made).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public override Task<CommitWorkspaceResponse> CommitWorkspace(CommitWorkspaceRequest request, ServerCallContext context)
    {
        (WorkspaceState fork, Authority authority) = Find(context, Permissions.WorkspaceCommit, request.Id);
        WorkspaceState parent = workspaces.Find(fork.ForkedFromWorkspace ?? throw new PolicyException("state", $"{fork.Id} is no fork of another workspace"), authority.Covers);
        if (WorkspaceRegistry.OwnerOf(parent) != WorkspaceRegistry.OwnerOf(fork))
        {
            throw new PolicyException("state", $"{fork.Id} and {parent.Id} belong to different owners");
        }

        SnapshotState snapshot = Reviewed(fork, request.Snapshot, authority, "committed");
        return InTurnAsync(authority, context, ended =>
        {
            CommitResult result = keeper.Commit(fork.Id, snapshot.Id, request.Overwrite, ended);
            recorder.WorkspaceCommitted(fork, snapshot.Id, result, JailOf(parent));
            return Task.FromResult(new CommitWorkspaceResponse
            {
                Workspace = WorkspaceAnswers.Workspace(result.Workspace, keeper.ReadUse(parent.Id), keeper.JailOf(parent.Id), withSnapshots: true),
                Before = WorkspaceAnswers.Snapshot(result.Workspace, result.Before),
                Changes = result.Changes,
            });
        });
    }

    private static string? IdOf(WorkspaceState state, string snapshot) => snapshot.Length == 0 ? null : WorkspaceRegistry.Find(state, snapshot).Id;

    // What a snapshot holds never changes: what was approved is what goes.
    private SnapshotState Reviewed(WorkspaceState state, string id, Authority authority, string what)
    {
        SnapshotState? named = id.Length == 0 ? null : WorkspaceRegistry.Find(state, id);
        return authority.Grant.DemandsReview && named?.ApprovedByUid is null
            ? throw new PolicyException("state", named is null
                ? $"only a snapshot that somebody approved can be {what}: make one, have it looked at and approved, and name it"
                : $"snapshot {named.Id} is not approved: it can be {what} when somebody with review.approve has looked at it and approved it")
            : named ?? Snapshot(state, what);
    }

    private async Task<WorkspaceState> ReceiveAsync(WorkspaceDraft draft, IAsyncStreamReader<ImportWorkspaceRequest> requests, CancellationToken ended)
    {
        using WorkspaceImport import = await keeper.ImportAsync(draft).ConfigureAwait(false);
        while (await requests.MoveNext(ended).ConfigureAwait(false))
        {
            ByteString data = requests.Current.MessageCase == ImportWorkspaceRequest.MessageOneofCase.Data
                ? requests.Current.Data
                : throw new PolicyException("message", "after the start there is data, and nothing else");
            await import.WriteAsync(data.Memory).ConfigureAwait(false);
        }

        return await import.CompleteAsync().ConfigureAwait(false);
    }

    private async Task<T> InTurnAsync<T>(Authority authority, ServerCallContext context, Func<CancellationToken, Task<T>> work)
    {
        try
        {
            return await _turns.RunAsync(authority.Owner, () => work(context.CancellationToken), context.CancellationToken).ConfigureAwait(false);
        }
        catch (SyscallException refused) when (WorkspaceException.Explain(refused, "") is WorkspaceException reason)
        {
            throw reason;
        }
    }
}
