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
            Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => MakeAsync(member.Channel))).StatusCode);
        }

        await daemon.RestartAsync();
        using RelayAs again = new(daemon.Socket, 20001, 100);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => MakeAsync(again.Channel))).StatusCode);
        await Client(again.Channel).DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = workspace }, cancellationToken: Token);
        await MakeAsync(again.Channel);
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
