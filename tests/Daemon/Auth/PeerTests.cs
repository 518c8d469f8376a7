using AgentSandbox.Access;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Auth;

/// <summary>Real processes of other users connect (threats F121, F122, F125).</summary>
public sealed class PeerTests
{
    private const uint Uid = 12345;
    private const uint Gid = 23456;
    private const uint Group = 990;

    public PeerTests()
    {
        Requires.Feature("root");
        Requires.Feature("python3");
    }

    [Fact]
    public void From_AnotherUser_HasItsIds_AndThePolicyDecidesByThem()
    {
        AccessPolicy policy = AccessPolicy.Parse("policy.json", File.ReadAllBytes(Path.Combine(Repository.Root, "packaging/policy.json")), Accounts.Parse("root:x:0:0::/:", $"agent-sandbox:x:{Group}:"));
        using ConnectedChild root = new();
        using ConnectedChild member = new(ConnectedChild.As(Uid, Gid, Group));
        using ConnectedChild stranger = new(ConnectedChild.As(Uid, Gid));

        Assert.Equal(["admin"], Roles(root));
        Assert.Equal(["executor"], Roles(member));
        Assert.Empty(Roles(stranger));
        Assert.Equal(new UnixIdentity(Uid, Gid, [Group]), Peer.From(member.Socket).Identity);

        IEnumerable<string> Roles(ConnectedChild child) => policy.For(new Caller(Peer.From(child.Socket).Identity, null, null)).OwnRoles.Select(role => role.Name);
    }

    [Theory]
    [InlineData(65534u, Gid)]
    [InlineData(Uid, 65534u)]
    public void From_WhoHasNoNumberHere_IsRefused(uint uid, uint gid)
    {
        using ConnectedChild child = new(ConnectedChild.As(uid, gid));

        Assert.Equal(AuthenticationFailure.OverflowId, Assert.Throws<UnauthenticatedException>(() => Peer.From(child.Socket)).Failure);
    }

    [Fact]
    public void From_WhoHasAGroupWithoutNumberHere_IsRefused()
    {
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid, 5, 65534));

        Assert.Equal(AuthenticationFailure.OverflowId, Assert.Throws<UnauthenticatedException>(() => Peer.From(child.Socket)).Failure);
    }

    [Fact]
    public void From_WhoLivesInAnotherUserNamespace_IsRefused()
    {
        using ConnectedChild child = new([.. ConnectedChild.As(Uid, Gid), "/usr/bin/unshare", "--user", "--map-root-user"]);
        SkipWithoutPidfd(child);

        Assert.Equal(AuthenticationFailure.ForeignUserNamespace, Assert.Throws<UnauthenticatedException>(() => Peer.From(child.Socket)).Failure);
    }

    [Fact]
    public void From_WhoHasEnded_IsRefused()
    {
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid));
        SkipWithoutPidfd(child);
        child.End();

        Assert.Equal(AuthenticationFailure.PeerEnded, Assert.Throws<UnauthenticatedException>(() => Peer.From(child.Socket)).Failure);
    }

    private static void SkipWithoutPidfd(ConnectedChild child)
    {
        using PeerCredentials credentials = PeerCredentials.Read(child.Socket.SafeHandle);
        Assert.SkipWhen(credentials.Pidfd is null, "needs SO_PEERPIDFD (Linux 6.5)");
    }
}
