using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Workspaces that outlive jails, through the API.</summary>
public sealed class WorkspaceTests
{
    private const long Size = 32 << 20;

    private const string Policy = """
        {
          "roles": {
            "admin": { "summary": "all", "permissions": ["*"], "scope": "all", "profiles": ["*"], "degraded": ["*"] },
            "member": {
              "summary": "own", "permissions": ["command.*", "file.*", "jail.*", "workspace.*"], "profiles": ["shell"], "degraded": ["*"], "quotas": { "disk": "64M" }
            }
          },
          "principals": [{ "uid": 0, "roles": ["admin"] }, { "uid": 20001, "roles": ["member"] }, { "uid": 20002, "roles": ["member"] }]
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workspace_OutlivesItsJail_AndIsInOneAtATime()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string workspace = await MakeAsync(channel);
        string first = await JailAsync(channel, workspace);
        await RunAsync(channel, first, "echo kept > file");
        RpcException taken = await Assert.ThrowsAsync<RpcException>(() => JailAsync(channel, workspace));
        Assert.Equal(StatusCode.FailedPrecondition, taken.StatusCode);
        Assert.Equal(first, (await Client(channel).GetWorkspaceAsync(new GetWorkspaceRequest { Id = workspace }, cancellationToken: Token)).Jail);

        await new V1.Jails.JailsClient(channel).DeleteJailAsync(new DeleteJailRequest { Id = first }, cancellationToken: Token);
        string second = await JailAsync(channel, workspace);

        Assert.Equal("kept\n", await RunAsync(channel, second, "cat file"));
        Assert.Equal(workspace, (await new V1.Jails.JailsClient(channel).GetJailAsync(new GetJailRequest { Id = second }, cancellationToken: Token)).Workspace);
    }

    [Fact]
    public async Task Snapshot_Rollback_AndFork_DoWhatTheySay_AndAreOnRecord()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string workspace = await MakeAsync(channel);
        string jail = await JailAsync(channel, workspace);
        using AsyncServerStreamingCall<Event> events = new V1.Jails.JailsClient(channel).WatchEvents(new WatchEventsRequest { Jail = jail }, cancellationToken: Token);
        await events.ResponseHeadersAsync;
        await RunAsync(channel, jail, "echo one > file");
        Snapshot snapshot = await Client(channel).CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace, Description = "one" }, cancellationToken: Token);
        await RunAsync(channel, jail, "echo two > file");

        await Client(channel).RollbackWorkspaceAsync(new RollbackWorkspaceRequest { Id = workspace, Snapshot = snapshot.Id }, cancellationToken: Token);
        Workspace fork = await Client(channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = workspace, Snapshot = snapshot.Id }, cancellationToken: Token);

        Assert.Equal("one\n", await RunAsync(channel, jail, "cat file"));
        Assert.Equal("one\n", await RunAsync(channel, await JailAsync(channel, fork.Id), "cat file"));
        Assert.Equal((workspace, snapshot.Id), (fork.ForkedFromWorkspace, fork.ForkedFromSnapshot));
        List<EventKind> seen = [];
        while (!seen.Contains(EventKind.WorkspaceRolledBack))
        {
            Assert.True(await events.ResponseStream.MoveNext(Token));
            seen.Add(events.ResponseStream.Current.Kind);
        }

        Assert.Contains(EventKind.WorkspaceSnapshot, seen);
        string audit = await File.ReadAllTextAsync(daemon.AuditFile, Token);
        Assert.All(
            ["workspace-created", "snapshot-created", "workspace-rolled-back"],
            kind => Assert.Contains(audit.Split('\n'), line => line.Contains(kind, StringComparison.Ordinal) && line.Contains(workspace, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Restart_HasTheSameWorkspaces_AndJailsWriteOn()
    {
        Requires.Feature("cgroup");
        using DaemonProcess daemon = await StartAsync();
        string workspace;
        string jail;
        using (UnixChannel channel = daemon.NewChannel())
        {
            workspace = await MakeAsync(channel);
            jail = await JailAsync(channel, workspace: "");
            await Client(channel).AttachWorkspaceAsync(new AttachWorkspaceRequest { Id = workspace, Jail = jail }, cancellationToken: Token);
            await RunAsync(channel, jail, "echo before > file");
        }

        await daemon.RestartAsync();
        using UnixChannel again = daemon.NewChannel();

        Assert.Equal("before\n", await RunAsync(again, jail, "cat file; echo after > file"));
        Workspace after = await Client(again).GetWorkspaceAsync(new GetWorkspaceRequest { Id = workspace }, cancellationToken: Token);
        Assert.Equal((jail, Size), (after.Jail, after.SizeBytes));
        await Client(again).CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace }, cancellationToken: Token);
        Assert.Equal("after\n", await RunAsync(again, jail, "cat file"));
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => JailAsync(again, workspace))).StatusCode);
    }

    [Fact]
    public async Task Workspace_OfAnother_IsAnsweredAsOneThatNeverWas()
    {
        using DaemonProcess daemon = await StartAsync(Policy, "users");
        using RelayAs one = new(daemon.Socket, 20001, 100);
        using RelayAs other = new(daemon.Socket, 20002, 100);
        string foreign = await MakeAsync(one.Channel);
        string absent = "w-" + new string('a', foreign.Length - 2);
        foreach (Func<string, Task> call in new Func<string, Task>[]
        {
            async id => await Client(other.Channel).GetWorkspaceAsync(new GetWorkspaceRequest { Id = id }, cancellationToken: Token),
            async id => await Client(other.Channel).DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = id }, cancellationToken: Token),
            async id => await Client(other.Channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = id }, cancellationToken: Token),
            async id => await JailAsync(other.Channel, id),
        })
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => call(foreign));
            RpcException missing = await Assert.ThrowsAsync<RpcException>(() => call(absent));
            Assert.Equal((StatusCode.NotFound, missing.Status.Detail.Replace(absent, foreign, StringComparison.Ordinal)), (refused.StatusCode, refused.Status.Detail));
        }

        Assert.Empty((await Client(other.Channel).ListWorkspacesAsync(new ListWorkspacesRequest(), cancellationToken: Token)).Workspaces);
        Assert.Single((await Client(one.Channel).ListWorkspacesAsync(new ListWorkspacesRequest(), cancellationToken: Token)).Workspaces);
    }

    [Fact]
    public async Task Quota_OfDisk_CoversWorkspacesAndForks_AlsoAfterARestart()
    {
        using DaemonProcess daemon = await StartAsync(Policy, "users");
        string workspace;
        using (RelayAs member = new(daemon.Socket, 20001, 100))
        {
            workspace = await MakeAsync(member.Channel);
            await Client(member.Channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = workspace }, cancellationToken: Token);
            await AssertNoRoomAsync(member.Channel);
        }

        await daemon.RestartAsync();
        using RelayAs again = new(daemon.Socket, 20001, 100);
        await AssertNoRoomAsync(again.Channel);
        await Client(again.Channel).DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = workspace }, cancellationToken: Token);
        await MakeAsync(again.Channel);
    }

    [Fact]
    public async Task Quota_OfDisk_CoversWhatForksNeedOfAWorkspaceThatIsGone_AlsoAfterARestart()
    {
        using DaemonProcess daemon = await StartAsync(Policy, "users");
        string fork;
        using (RelayAs member = new(daemon.Socket, 20001, 100))
        {
            string workspace = await MakeAsync(member.Channel);
            string jail = await JailAsync(member.Channel, workspace);
            await RunAsync(member.Channel, jail, "echo shared > file");
            await new V1.Jails.JailsClient(member.Channel).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token);
            fork = (await Client(member.Channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = workspace }, cancellationToken: Token)).Id;
            await Client(member.Channel).DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = workspace }, cancellationToken: Token);
            await AssertNoRoomAsync(member.Channel);
        }

        await daemon.RestartAsync();
        using RelayAs again = new(daemon.Socket, 20001, 100);
        await AssertNoRoomAsync(again.Channel);
        await Client(again.Channel).DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = fork }, cancellationToken: Token);
        await MakeAsync(again.Channel);
    }

    [Fact]
    public async Task Workspace_WhoseStateIsDamaged_IsSetAside_AndTheDaemonStarts()
    {
        using DaemonProcess daemon = await StartAsync();
        string damaged;
        string whole;
        using (UnixChannel channel = daemon.NewChannel())
        {
            damaged = await MakeAsync(channel);
            whole = await MakeAsync(channel);
            await JailAsync(channel, damaged);
        }

        string file = Path.Combine(daemon.KeptWorkspaces, $"{damaged}.json");
        await File.WriteAllTextAsync(file, "{", Token);
        await daemon.RestartAsync();
        using UnixChannel again = daemon.NewChannel();

        Assert.Equal([whole], (await Client(again).ListWorkspacesAsync(new ListWorkspacesRequest(), cancellationToken: Token)).Workspaces.Select(one => one.Id));
        Assert.Equal("works\n", await RunAsync(again, await JailAsync(again, whole), "echo works"));
        Assert.True(File.Exists(Path.Combine(daemon.KeptWorkspaces, $"{damaged}.img")));
        Assert.Contains($"{file} is damaged", daemon.Log, StringComparison.Ordinal);
        Assert.Contains(
            (await File.ReadAllTextAsync(daemon.AuditFile, Token)).Split('\n'),
            line => line.Contains("workspace-damaged", StringComparison.Ordinal) && line.Contains(file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workspace_ThatIsFull_IsTold()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string workspace = await MakeAsync(channel);
        string jail = await JailAsync(channel, workspace);
        using AsyncServerStreamingCall<Event> events = new V1.Jails.JailsClient(channel).WatchEvents(new WatchEventsRequest { Jail = jail }, cancellationToken: Token);
        await events.ResponseHeadersAsync;

        Assert.Contains("No space left", await RunAsync(channel, jail, "head -c 100000000 /dev/zero 2>&1 > file || true"), StringComparison.Ordinal);

        while (await events.ResponseStream.MoveNext(Token) && events.ResponseStream.Current.Kind != EventKind.WorkspaceFull)
        {
        }

        Assert.Contains("workspace-full", await File.ReadAllTextAsync(daemon.AuditFile, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_TellsWhatChanged_WithMarksAndText()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string workspace = await MakeAsync(channel);
        string jail = await JailAsync(channel, workspace);
        await RunAsync(channel, jail, "printf 'one\ntwo\n' > file; echo x > gone; echo same > same");
        await Client(channel).CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace }, cancellationToken: Token);
        await RunAsync(channel, jail, "printf 'one\nthree\n' > file; rm gone; mkdir -p .git/hooks; echo '#!/bin/sh' > .git/hooks/pre-commit; ln -s /etc/passwd link");

        using AsyncServerStreamingCall<FileChange> diff = Client(channel).DiffWorkspace(new DiffWorkspaceRequest { Id = workspace, TextLines = 100 }, cancellationToken: Token);
        Dictionary<string, FileChange> changes = [];
        while (await diff.ResponseStream.MoveNext(Token))
        {
            changes[diff.ResponseStream.Current.Path] = diff.ResponseStream.Current;
        }

        Assert.Equal([".git", ".git/hooks", ".git/hooks/pre-commit", "file", "gone", "link"], changes.Keys);
        Assert.Contains("-two\n+three", changes["file"].Text, StringComparison.Ordinal);
        Assert.Equal((ChangeKind.Removed, ChangeKind.Added), (changes["gone"].Kind, changes["link"].Kind));
        Assert.Contains(ReviewFlag.EscapingLink, changes["link"].Flags);
        Assert.Contains(ReviewFlag.Git, changes[".git/hooks/pre-commit"].Flags);
        Assert.Contains(ReviewFlag.Executable, changes[".git/hooks/pre-commit"].Flags);
        Assert.Equal("/etc/passwd", changes["link"].TargetAfter);
    }

    /// <summary>Threat C69: what waits for a tool to run it is flagged, and nothing of the daemon's runs it.</summary>
    [Fact]
    public async Task PlantedPrograms_AreFlagged_AndNoneIsRun()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string canary = Path.Combine(Path.GetDirectoryName(daemon.AuditFile)!, "canary");
        string workspace = await MakeAsync(channel);
        string fork = (await Client(channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = workspace }, cancellationToken: Token)).Id;
        await RunAsync(channel, await JailAsync(channel, fork), $$"""
            mkdir -p .git/hooks sub/.git/hooks .vscode
            printf '#!/bin/sh\ntouch {{canary}}\n' >evil; chmod 755 evil
            for hook in pre-commit post-checkout post-merge post-index-change; do cp evil .git/hooks/$hook; cp evil sub/.git/hooks/$hook; done
            printf '[core]\n\tfsmonitor = touch {{canary}}\n\tpager = touch {{canary}}\n[diff "x"]\n\ttextconv = touch {{canary}}\n[filter "x"]\n\tclean = touch {{canary}}\n' >.git/config
            cp .git/config sub/.git/config; echo '* filter=x diff=x' >.gitattributes
            echo 'touch {{canary}}' >.bashrc; cp .bashrc .profile; echo '{"mcpServers":{"x":{"command":"touch","args":["{{canary}}"]} } }' >.mcp.json; cp .mcp.json .vscode/tasks.json
            """);

        Dictionary<string, FileChange> changes = [];
        using (AsyncServerStreamingCall<FileChange> diff = Client(channel).DiffWorkspace(new DiffWorkspaceRequest { Id = fork, TextLines = 100 }, cancellationToken: Token))
        {
            while (await diff.ResponseStream.MoveNext(Token))
            {
                changes[diff.ResponseStream.Current.Path] = diff.ResponseStream.Current;
            }
        }

        using (AsyncServerStreamingCall<FileChunk> export = Client(channel).ExportWorkspace(new ExportWorkspaceRequest { Id = fork }, cancellationToken: Token))
        {
            while (await export.ResponseStream.MoveNext(Token))
            {
            }
        }

        CommitWorkspaceResponse committed = await Client(channel).CommitWorkspaceAsync(new CommitWorkspaceRequest { Id = fork }, cancellationToken: Token);

        Assert.Equal(changes.Count, committed.Changes);
        foreach ((string path, ReviewFlag flag) in new[]
        {
            (".git/config", ReviewFlag.Git), (".git/hooks/post-checkout", ReviewFlag.Executable), (".git/hooks/pre-commit", ReviewFlag.Git), ("sub/.git/config", ReviewFlag.Git),
            ("sub/.git/hooks/post-merge", ReviewFlag.Git), (".bashrc", ReviewFlag.Dotfile), (".profile", ReviewFlag.Dotfile), (".mcp.json", ReviewFlag.Agent),
            (".vscode/tasks.json", ReviewFlag.Editor), ("evil", ReviewFlag.Executable), (".gitattributes", ReviewFlag.Git),
        })
        {
            Assert.True(changes[path].Flags.Contains(flag), $"{path}: {changes[path].Flags}");
        }

        Assert.False(File.Exists(canary));
    }

    [Fact]
    public void ReviewFlags_OfTheEngine_AreThoseOfTheContract() => Assert.Equal(
        System.Enum.GetValues<ReviewFlag>().Where(flag => flag != ReviewFlag.Unspecified).Select(flag => 1 << ((int)flag - 1)),
        System.Enum.GetValues<AgentSandbox.Jails.Workspaces.Review.ReviewMarks>().Where(mark => mark != 0).Select(mark => (int)mark));

    [Fact]
    public async Task Export_AndImport_CarryTheFiles()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string workspace = await MakeAsync(channel);
        string jail = await JailAsync(channel, workspace);
        await RunAsync(channel, jail, "mkdir d; head -c 300000 /dev/urandom > d/file; ln -s d l; mkfifo fifo; md5sum d/file > sum");

        ImportWorkspaceRequest start = new() { Start = new CreateWorkspaceRequest { SizeBytes = Size } };
        using AsyncClientStreamingCall<ImportWorkspaceRequest, Workspace> import = Client(channel).ImportWorkspace(cancellationToken: Token);
        await import.RequestStream.WriteAsync(start, Token);
        using (AsyncServerStreamingCall<FileChunk> export = Client(channel).ExportWorkspace(new ExportWorkspaceRequest { Id = workspace }, cancellationToken: Token))
        {
            while (await export.ResponseStream.MoveNext(Token))
            {
                await import.RequestStream.WriteAsync(new ImportWorkspaceRequest { Data = export.ResponseStream.Current.Data }, Token);
            }
        }

        await import.RequestStream.CompleteAsync();
        Workspace made = await import;

        Assert.Equal("d\nl\nsum\nd/file: OK\n", await RunAsync(channel, await JailAsync(channel, made.Id), "ls; md5sum -c sum; test $(readlink l) = d; test $(stat -c %u d) = $(id -u)"));
    }

    [Fact]
    public async Task Import_ThatEndsBefore_LeavesNothing()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        using AsyncClientStreamingCall<ImportWorkspaceRequest, Workspace> import = Client(channel).ImportWorkspace(cancellationToken: Token);
        await import.RequestStream.WriteAsync(new ImportWorkspaceRequest { Start = new CreateWorkspaceRequest { SizeBytes = Size } }, Token);
        await import.RequestStream.WriteAsync(new ImportWorkspaceRequest { Data = Google.Protobuf.ByteString.CopyFrom(new byte[100]) }, Token);
        await import.RequestStream.CompleteAsync();

        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await import)).StatusCode);
        Assert.Empty((await Client(channel).ListWorkspacesAsync(new ListWorkspacesRequest(), cancellationToken: Token)).Workspaces);
        Assert.Empty(Directory.GetFiles(Path.Combine(Path.GetDirectoryName(daemon.AuditFile)!, "workspaces"), "w-*"));
    }

    [Fact]
    public async Task Review_WhereThePolicyDemandsIt_StandsBeforeCommitAndExport()
    {
        using DaemonProcess daemon = await StartAsync(Policy.Replace("\"quotas\"", "\"review\": \"always\", \"quotas\"", StringComparison.Ordinal).Replace("64M", "1G", StringComparison.Ordinal), "users");
        using RelayAs member = new(daemon.Socket, 20001, 100);
        using UnixChannel root = daemon.NewChannel();
        string origin = await MakeAsync(member.Channel);
        string fork = (await Client(member.Channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = origin }, cancellationToken: Token)).Id;
        await RunAsync(member.Channel, await JailAsync(member.Channel, fork), "echo new > new");
        Snapshot snapshot = await Client(member.Channel).CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = fork }, cancellationToken: Token);
        CommitWorkspaceRequest commit = new() { Id = fork, Snapshot = snapshot.Id };
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await Client(member.Channel).CommitWorkspaceAsync(commit, cancellationToken: Token));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal(
            StatusCode.PermissionDenied,
            (await Assert.ThrowsAsync<RpcException>(async () => await Client(member.Channel).ApproveSnapshotAsync(new ApproveSnapshotRequest { Workspace = fork, Snapshot = snapshot.Id }, cancellationToken: Token))).StatusCode);

        Snapshot approved = await Client(root).ApproveSnapshotAsync(new ApproveSnapshotRequest { Workspace = fork, Snapshot = snapshot.Id }, cancellationToken: Token);
        CommitWorkspaceResponse done = await Client(member.Channel).CommitWorkspaceAsync(commit, cancellationToken: Token);

        Assert.Equal((true, 0u, 1L), (approved.Approved, approved.ApprovedBy.Uid, done.Changes));
        Assert.Equal("new\n", await RunAsync(member.Channel, await JailAsync(member.Channel, origin), "cat new"));
    }

    [Fact]
    public async Task Commit_WhereBothChangedTheSame_IsAborted_AndNamesIt()
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        string origin = await MakeAsync(channel);
        string fork = (await Client(channel).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = origin }, cancellationToken: Token)).Id;
        await RunAsync(channel, await JailAsync(channel, origin), "echo mine > both");
        await RunAsync(channel, await JailAsync(channel, fork), "echo theirs > both");

        RpcException conflict = await Assert.ThrowsAsync<RpcException>(async () => await Client(channel).CommitWorkspaceAsync(new CommitWorkspaceRequest { Id = fork }, cancellationToken: Token));

        Assert.Equal(StatusCode.Aborted, conflict.StatusCode);
        Assert.Contains("both", System.Text.Encoding.UTF8.GetString(conflict.Trailers.GetValueBytes("grpc-status-details-bin")!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, "size_bytes")]
    [InlineData(-1, 0, "size_bytes")]
    [InlineData(long.MaxValue, 0, "size_bytes")]
    [InlineData(Size, 1, "max_files")]
    [InlineData(Size, Size, "max_files")]
    public async Task Sizes_OutOfRange_AreRefusedByName(long bytes, long files, string field)
    {
        using DaemonProcess daemon = await StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            async () => await Client(channel).CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = bytes, MaxFiles = files }, cancellationToken: Token));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(field, refused.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<DaemonProcess> StartAsync(string? policy = null, string group = "")
    {
        Requires.Feature("root");
        Assert.SkipWhen(AgentSandbox.Jails.Workspaces.Store.WorkspaceStore.Missing is not null, "needs loop devices and mkfs.ext4");
        return await DaemonProcess.StartAsync(policy, group);
    }

    private static Workspaces.WorkspacesClient Client(UnixChannel channel) => new(channel);

    private static async Task AssertNoRoomAsync(UnixChannel channel) =>
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => MakeAsync(channel))).StatusCode);

    private static async Task<string> MakeAsync(UnixChannel channel) =>
        (await Client(channel).CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = Size }, cancellationToken: Token)).Id;

    private static async Task<string> JailAsync(UnixChannel channel, string workspace)
    {
        JailConfig config = DaemonProcess.Config("shell");
        config.Workspace = workspace;
        return (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
    }

    private static async Task<string> RunAsync(UnixChannel channel, string jail, string script)
    {
        ExecuteResponse answer = await new Commands.CommandsClient(channel).ExecuteAsync(
            new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "sh", "-ec", script } } }, cancellationToken: Token);
        Assert.True(answer.Ended.ExitCode == 0, answer.Stderr.ToStringUtf8());
        return answer.Stdout.ToStringUtf8();
    }
}
