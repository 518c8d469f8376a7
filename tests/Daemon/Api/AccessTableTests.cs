using System.Text;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Every method, called by four real users: what each may do, as text that a review has seen. The jail that they call about is the member's (threats F121, F123, F124, F138).</summary>
public sealed class AccessTableTests
{
    private const uint Member = 20001;
    private const uint Auditor = 20002;
    private const uint Stranger = 20003;
    private const uint Group = 100;
    private const string Absent = "w-aaaaaaaaaaaa";

    private const string Policy = """
        {
          "roles": {
            "admin": { "summary": "all", "permissions": ["*"], "scope": "all", "profiles": ["*"], "binds": "write", "degraded": ["*"] },
            "member": {
              "summary": "own jails", "permissions": ["command.*", "file.*", "host.doctor", "jail.*", "profile.list", "workspace.*"], "profiles": ["shell"], "degraded": ["*"],
              "quotas": { "jails": 2 }
            },
            "auditor": { "summary": "looks", "permissions": ["audit.read", "command.get", "daemon.status", "jail.get", "jail.list", "jail.events", "jail.stats", "key.list", "workspace.get", "workspace.list", "workspace.diff"], "scope": "all" }
          },
          "principals": [{ "uid": 0, "roles": ["admin"] }, { "uid": 20001, "roles": ["member"] }, { "uid": 20002, "roles": ["auditor"] }]
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryMethod_ForEachUser_IsAllowedOrRefused_AsThePolicySays()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync(Policy, socketGroup: "users");
        using RelayAs member = new(daemon.Socket, Member, Group);
        using RelayAs auditor = new(daemon.Socket, Auditor, Group);
        using RelayAs stranger = new(daemon.Socket, Stranger, Group);
        using UnixChannel root = daemon.NewChannel();
        StringBuilder table = new();
        foreach ((string name, Func<UnixChannel, string, Task> call) in Methods())
        {
            List<string> answers = [];
            foreach (UnixChannel caller in new[] { root, member.Channel, auditor.Channel, stranger.Channel })
            {
                string jail = await MakeAsync(member.Channel);
                answers.Add(await OutcomeAsync(() => call(caller, jail)));
                await new V1.Jails.JailsClient(root).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token).ResponseAsync.ContinueWith(_ => { }, TaskScheduler.Default);
            }

            table.AppendLine($"{name,-17} {string.Join(' ', answers.Select(a => a.PadRight(18)))}".TrimEnd());
        }

        string file = Path.Combine(Repository.Root, "tests/Daemon/Api/access-table.txt");
        if (Environment.GetEnvironmentVariable("SANDBOX_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(file, table.ToString(), Token);
        }

        Assert.Equal(await File.ReadAllTextAsync(file, Token), table.ToString());
    }

    [Fact]
    public async Task JailOfAnother_AndAbsentJail_AreAnsweredAlike()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync(Policy, socketGroup: "users");
        using RelayAs member = new(daemon.Socket, Member, Group);
        using UnixChannel root = daemon.NewChannel();
        Jail foreign = await new V1.Jails.JailsClient(root).CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token);
        string absent = "j-" + new string('a', foreign.Id.Length - 2);
        RpcException one = await Assert.ThrowsAsync<RpcException>(async () => await new V1.Jails.JailsClient(member.Channel).GetJailAsync(new GetJailRequest { Id = foreign.Id }, cancellationToken: Token));
        RpcException other = await Assert.ThrowsAsync<RpcException>(async () => await new V1.Jails.JailsClient(member.Channel).GetJailAsync(new GetJailRequest { Id = absent }, cancellationToken: Token));

        Assert.Equal(one.Status.Detail.Replace(foreign.Id, "X", StringComparison.Ordinal), other.Status.Detail.Replace(absent, "X", StringComparison.Ordinal));
        Assert.Equal(one.StatusCode, other.StatusCode);
        Assert.Equal(
            one.Trailers.GetValueBytes("grpc-status-details-bin")!.Length, other.Trailers.GetValueBytes("grpc-status-details-bin")!.Length);
    }

    [Fact]
    public async Task Metadata_ThatClaimsAnotherIdentity_ChangesNothing()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync(Policy, socketGroup: "users");
        using RelayAs stranger = new(daemon.Socket, Stranger, Group);
        Metadata claims = new() { { "uid", "0" }, { "x-user", "root" }, { "owner", "0" }, { "role", "admin" } };
        WhoamiResponse who = await new Host.HostClient(stranger.Channel).WhoamiAsync(new WhoamiRequest(), claims, cancellationToken: Token);

        Assert.Equal(Stranger, who.Uid);
        Assert.Empty(who.Permissions);
    }

    [Fact]
    public async Task UserOutsideOfTheGroup_CannotConnect()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync(Policy, socketGroup: "users");
        using RelayAs outsider = new(daemon.Socket, Stranger);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await new Host.HostClient(outsider.Channel).WhoamiAsync(new WhoamiRequest(), cancellationToken: Token));

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal("Permission denied", outsider.ReadError());
    }

    [Fact]
    public async Task ApiKey_NarrowsItsHolder_AndAnsweredNoMoreWhenRevoked()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync(Policy, socketGroup: "users");
        using UnixChannel root = daemon.NewChannel();
        Host.HostClient host = new(root);
        CreateKeyResponse key = await host.CreateKeyAsync(new CreateKeyRequest { Name = "ci", Roles = { "auditor" } }, cancellationToken: Token);
        Metadata bearer = new() { { "authorization", $"Bearer {key.Secret}" } };
        WhoamiResponse who = await host.WhoamiAsync(new WhoamiRequest(), bearer, cancellationToken: Token);

        Assert.Equal(key.Key.Id, who.KeyId);
        Assert.DoesNotContain("jail.create", who.Permissions);
        Assert.Contains("jail.list", who.Permissions);
        Assert.Equal(["auditor"], who.Roles);
        Assert.Equal(["admin"], who.UserRoles);
        Assert.Equal(["admin"], (await host.WhoamiAsync(new WhoamiRequest(), cancellationToken: Token)).Roles);
        await host.RevokeKeyAsync(new RevokeKeyRequest { Id = key.Key.Id }, cancellationToken: Token);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await host.WhoamiAsync(new WhoamiRequest(), bearer, cancellationToken: Token));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.DoesNotContain(key.Secret, await File.ReadAllTextAsync(daemon.AuditFile, Token));
    }

    [Fact]
    public async Task Quota_WhenUsedUp_RefusesTheNextJail_UntilOneEnds()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync(Policy, socketGroup: "users");
        using RelayAs member = new(daemon.Socket, Member, Group);
        string first = await MakeAsync(member.Channel);
        await MakeAsync(member.Channel);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => MakeAsync(member.Channel));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("jails", refused.Status.Detail);
        await new V1.Jails.JailsClient(member.Channel).DeleteJailAsync(new DeleteJailRequest { Id = first }, cancellationToken: Token);
        await MakeAsync(member.Channel);
    }

    private static IEnumerable<(string Name, Func<UnixChannel, string, Task> Call)> Methods()
    {
        CallOptions options = new(null, null, Token);
        CommandConfig quick = new() { Argv = { "true" } };
        return
        [
            ("CreateJail", async (c, _) => await new V1.Jails.JailsClient(c).CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("python") }, options)),
            ("GetJail", async (c, jail) => await new V1.Jails.JailsClient(c).GetJailAsync(new GetJailRequest { Id = jail }, options)),
            ("ListJails", async (c, _) => await new V1.Jails.JailsClient(c).ListJailsAsync(new ListJailsRequest(), options)),
            ("DeleteJail", async (c, jail) => await new V1.Jails.JailsClient(c).DeleteJailAsync(new DeleteJailRequest { Id = jail }, options)),
            ("UpdateLimits", async (c, jail) => await new V1.Jails.JailsClient(c).UpdateLimitsAsync(new UpdateLimitsRequest { Id = jail, Limits = new Limits { OpenFiles = 99 } }, options)),
            ("GetStats", async (c, jail) => await new V1.Jails.JailsClient(c).GetStatsAsync(new GetStatsRequest { Id = jail }, options)),
            ("WatchStats", async (c, jail) => await FirstAsync(new V1.Jails.JailsClient(c).WatchStats(new WatchStatsRequest { Id = jail }, options))),
            ("WatchEvents", async (c, jail) => await FirstAsync(new V1.Jails.JailsClient(c).WatchEvents(new WatchEventsRequest { Jail = jail }, options.WithDeadline(DateTime.UtcNow.AddMilliseconds(500))))), // nothing happens: who may, waits
            ("ExplainJail", async (c, _) => await new V1.Jails.JailsClient(c).ExplainJailAsync(new ExplainJailRequest { Config = DaemonProcess.Config("shell") }, options)),
            ("Execute", async (c, jail) => await new Commands.CommandsClient(c).ExecuteAsync(new ExecuteRequest { Jail = jail, Command = quick }, options)),
            ("StartCommand", async (c, jail) => await new Commands.CommandsClient(c).StartCommandAsync(new StartCommandRequest { Jail = jail, Command = quick }, options)),
            ("ListCommands", async (c, jail) => await new Commands.CommandsClient(c).ListCommandsAsync(new ListCommandsRequest { Jail = jail }, options)),
            ("GetCommand", async (c, jail) => await new Commands.CommandsClient(c).GetCommandAsync(new GetCommandRequest { Jail = jail, Command = "c-9" }, options)),
            ("SignalCommand", async (c, jail) => await new Commands.CommandsClient(c).SignalCommandAsync(new SignalCommandRequest { Jail = jail, Command = "c-9", Signal = 15 }, options)),
            ("CreateWorkspace", async (c, _) => await Workspaces(c).CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = 1 }, options)), // refused for its size where it is allowed
            ("GetWorkspace", async (c, _) => await Workspaces(c).GetWorkspaceAsync(new GetWorkspaceRequest { Id = Absent }, options)),
            ("ListWorkspaces", async (c, _) => await Workspaces(c).ListWorkspacesAsync(new ListWorkspacesRequest(), options)),
            ("UpdateWorkspace", async (c, _) => await Workspaces(c).UpdateWorkspaceAsync(new UpdateWorkspaceRequest { Id = Absent }, options)),
            ("DeleteWorkspace", async (c, _) => await Workspaces(c).DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = Absent }, options)),
            ("AttachWorkspace", async (c, jail) => await Workspaces(c).AttachWorkspaceAsync(new AttachWorkspaceRequest { Id = Absent, Jail = jail }, options)),
            ("CreateSnapshot", async (c, _) => await Workspaces(c).CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = Absent }, options)),
            ("DeleteSnapshot", async (c, _) => await Workspaces(c).DeleteSnapshotAsync(new DeleteSnapshotRequest { Workspace = Absent }, options)),
            ("RollbackWorkspace", async (c, _) => await Workspaces(c).RollbackWorkspaceAsync(new RollbackWorkspaceRequest { Id = Absent }, options)),
            ("ForkWorkspace", async (c, _) => await Workspaces(c).ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = Absent }, options)),
            ("DiffWorkspace", async (c, _) => await FirstAsync(Workspaces(c).DiffWorkspace(new DiffWorkspaceRequest { Id = Absent }, options))),
            ("ApproveSnapshot", async (c, _) => await Workspaces(c).ApproveSnapshotAsync(new ApproveSnapshotRequest { Workspace = Absent }, options)),
            ("CommitWorkspace", async (c, _) => await Workspaces(c).CommitWorkspaceAsync(new CommitWorkspaceRequest { Id = Absent }, options)),
            ("ExportWorkspace", async (c, _) => await FirstAsync(Workspaces(c).ExportWorkspace(new ExportWorkspaceRequest { Id = Absent }, options))),
            ("ImportWorkspace", async (c, _) => await ImportAsync(c)),
            ("Whoami", async (c, _) => await new Host.HostClient(c).WhoamiAsync(new WhoamiRequest(), options)),
            ("Doctor", async (c, _) => await new Host.HostClient(c).DoctorAsync(new DoctorRequest(), options)),
            ("ListProfiles", async (c, _) => await new Host.HostClient(c).ListProfilesAsync(new ListProfilesRequest(), options)),
            ("GetStatus", async (c, _) => await new Host.HostClient(c).GetStatusAsync(new GetStatusRequest(), options)),
            ("Reload", async (c, _) => await new Host.HostClient(c).ReloadAsync(new ReloadRequest(), options)),
            ("CreateKey", async (c, _) => await new Host.HostClient(c).CreateKeyAsync(new CreateKeyRequest { Name = $"k{Guid.NewGuid():N}"[..20], Roles = { "auditor" } }, options)),
            ("ListKeys", async (c, _) => await new Host.HostClient(c).ListKeysAsync(new ListKeysRequest(), options)),
            ("RevokeKey", async (c, _) => await new Host.HostClient(c).RevokeKeyAsync(new RevokeKeyRequest { Id = "absent" }, options)),
            ("QueryAudit", async (c, _) => await FirstAsync(new Host.HostClient(c).QueryAudit(new QueryAuditRequest { Limit = 1 }, options))),
        ];
    }

    private static Workspaces.WorkspacesClient Workspaces(UnixChannel channel) => new(channel);

    private static async Task ImportAsync(UnixChannel channel)
    {
        using AsyncClientStreamingCall<ImportWorkspaceRequest, Workspace> call = Workspaces(channel).ImportWorkspace(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ImportWorkspaceRequest { Start = new CreateWorkspaceRequest { SizeBytes = 1 } }, Token);
        await call;
    }

    private static async Task FirstAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }
    }

    private static async Task<string> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "OK";
        }
        catch (RpcException refused)
        {
            return refused.StatusCode.ToString();
        }
    }

    private static async Task<string> MakeAsync(UnixChannel channel) =>
        (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
}
