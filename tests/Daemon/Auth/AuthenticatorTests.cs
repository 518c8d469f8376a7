using AgentSandbox.Access;
using AgentSandbox.Daemon.Auth;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Auth;

/// <summary>Peer and key give the caller; a bad key is a refusal and never no key (threat F124).</summary>
public sealed class AuthenticatorTests : KeyFixture
{
    private readonly Authenticator _authenticator;

    public AuthenticatorTests()
    {
        _authenticator = new Authenticator(Store);
    }

    [Fact]
    public void Authenticate_WithoutAKey_IsThePeer()
    {
        Caller caller = _authenticator.Authenticate(Peer());

        Assert.Equal(("uid:1000", null), (caller.Owner.ToString(), caller.Key));
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("bearer  ")]
    [InlineData("BEARER ")]
    public void Authenticate_WithAKey_HasItsRoles_AndIsAnOwnerOfItsOwn(string scheme)
    {
        (ApiKey key, string text) = Store.Create("ci", ["coder"], Uid, null, Admin);

        Caller caller = _authenticator.Authenticate(Peer(), scheme + text);

        Assert.Equal(($"uid:1000/key:{key.Id}", "ci"), (caller.Owner.ToString(), caller.Key!.Name));
        Assert.Equal(["coder"], caller.Key.Roles);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer ask_abcdefghijkl")]
    [InlineData("Bearer ask_abcdefghijkl_00")]
    [InlineData("ask_abcdefghijkl_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("Bearer ask_abcdefghijkl_000000000000000000000000000000000000000000000000000000000000000G")]
    [InlineData("Bearer ask_ABCDEFGHIJKL_0000000000000000000000000000000000000000000000000000000000000000")]
    public void Authenticate_WhenTheHeaderIsNoKey_IsRefused(string header) => Refused(AuthenticationFailure.MalformedKey, header);

    [Fact]
    public void Authenticate_WhenThereAreTwoHeaders_IsRefused()
    {
        (_, string text) = Store.Create("ci", ["coder"], null, null, Admin);

        Assert.Equal(AuthenticationFailure.MalformedKey, Assert.Throws<UnauthenticatedException>(() => _authenticator.Authenticate(Peer(), $"Bearer {text}", $"Bearer {text}")).Failure);
    }

    [Fact]
    public void Authenticate_WhenTheKeyIsUnknown_WrongOrRevoked_AnswersTheSame()
    {
        (ApiKey key, string text) = Store.Create("ci", ["coder"], null, null, Admin);
        string unknown = Refused(AuthenticationFailure.UnknownKey, $"Bearer ask_abcdefghijkl_{new string('0', 64)}");
        string wrong = Refused(AuthenticationFailure.UnknownKey, $"Bearer ask_{key.Id}_{new string('0', 64)}");
        Store.Revoke("ci", Admin);
        string revoked = Refused(AuthenticationFailure.RevokedKey, $"Bearer {text}");

        Assert.Equal((unknown, unknown), (wrong, revoked));
    }

    [Fact]
    public void Authenticate_WhenTheTimeIsOver_IsRefused_ToTheTick()
    {
        (_, string text) = Store.Create("ci", ["coder"], null, TimeSpan.FromHours(1), Admin);
        Clock.Now += TimeSpan.FromHours(1) - TimeSpan.FromTicks(1);
        _authenticator.Authenticate(Peer(), $"Bearer {text}");
        Clock.Now += TimeSpan.FromTicks(1);

        Refused(AuthenticationFailure.ExpiredKey, $"Bearer {text}");
    }

    [Fact]
    public void Authenticate_WhenTheKeyIsBoundToAnotherUid_IsRefused()
    {
        (_, string text) = Store.Create("ci", ["coder"], 4242, null, Admin);

        Refused(AuthenticationFailure.KeyOfAnotherUid, $"Bearer {text}");
        _authenticator.Authenticate(Peer(4242), $"Bearer {text}");
    }

    [Fact]
    public void Authenticate_WithTheKeyOfAnAdministrator_GivesNoMoreThanThePeerHas()
    {
        (_, string text) = Store.Create("ci", ["admin"], null, null, Admin);
        AccessPolicy policy = AccessPolicy.Parse("policy.json", File.ReadAllBytes(Path.Combine(Repository.Root, "packaging/policy.json")), Accounts.Parse("root:x:0:0::/:", "agent-sandbox:x:990:"));

        Assert.False(policy.For(_authenticator.Authenticate(Peer(), $"Bearer {text}")).Decide(Permissions.JailList).Allowed);
        Assert.True(policy.For(_authenticator.Authenticate(Peer(0), $"Bearer {text}")).Decide(Permissions.JailList).Allowed);
    }

    private string Refused(AuthenticationFailure failure, string header)
    {
        UnauthenticatedException refused = Assert.Throws<UnauthenticatedException>(() => _authenticator.Authenticate(Peer(), header));
        Assert.Equal(failure, refused.Failure);
        return refused.Message;
    }
}
