using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>Who may ask the installed service, and for what.</summary>
public sealed class CallerTests
{
    private const uint Someone = 60001;
    private const string Group = "agent-sandbox";
    private const string OtherGroup = "60001";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_RunsACommand_AsTheUserOfTheJail()
    {
        InstalledService.Require();
        using UnixChannel channel = InstalledService.NewChannel();

        ExecuteResponse answer = await InstalledService.RunAsync(channel, InstalledService.Config("shell"), "sh", "-c", "id -u; hostname");

        Assert.Equal(0, answer.Ended.ExitCode);
        Assert.Matches("^[1-9][0-9]*\njail\n$", answer.Stdout.ToStringUtf8());
    }

    [Fact]
    public async Task MemberOfTheGroup_HasTheRoleOfThePolicy()
    {
        InstalledService.Require();
        using OtherUser member = new(Someone, Group);
        Assert.True(member.IsConnected, member.Error);

        WhoamiResponse answer = await new Host.HostClient(member.Channel).WhoamiAsync(new WhoamiRequest(), cancellationToken: Token);

        Assert.Equal(Someone, answer.Uid);
        Assert.Equal(["executor"], answer.Roles);
    }

    [Fact]
    public async Task MemberOfTheGroup_RunsACommand()
    {
        InstalledService.Require();
        Requires.Feature("landlock", "needs landlock: the role may not give it up");
        using OtherUser member = new(Someone, Group);
        Assert.True(member.IsConnected, member.Error);

        ExecuteResponse answer = await InstalledService.RunAsync(member.Channel, InstalledService.Config("shell"), "sh", "-c", "echo $((6 * 7))");

        Assert.Equal("42\n", answer.Stdout.ToStringUtf8());
    }

    [Fact]
    public async Task MemberOfTheGroup_MayNotReload()
    {
        InstalledService.Require();
        using OtherUser member = new(Someone, Group);
        Assert.True(member.IsConnected, member.Error);

        RpcException denied = await Assert.ThrowsAsync<RpcException>(async () => await new Host.HostClient(member.Channel).ReloadAsync(new ReloadRequest(), cancellationToken: Token));

        Assert.Equal(StatusCode.PermissionDenied, denied.StatusCode);
    }

    [Fact]
    public void Stranger_CannotConnect()
    {
        InstalledService.Require();
        using OtherUser stranger = new(Someone, OtherGroup);

        Assert.False(stranger.IsConnected);
        Assert.Contains("PermissionError", stranger.Error, StringComparison.Ordinal);
    }
}
