using System.Text.RegularExpressions;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Auth;

/// <summary>Keys are shown once, kept as hashes, and survive a restart.</summary>
public sealed partial class ApiKeyStoreTests : KeyFixture
{
    [Fact]
    public void Create_ShowsTheKeyOnce_AndKeepsNothingThatGivesItAway()
    {
        (ApiKey key, string text) = Store.Create("ci", ["coder"], Uid, TimeSpan.FromDays(30), Admin);
        string secret = text.Split('_')[2];

        Assert.Matches(KeyPattern(), text);
        Assert.Equal(($"ask_{key.Id}_{secret}", Clock.Now + TimeSpan.FromDays(30), "uid:0"), (text, key.ExpiresAt!.Value, key.CreatedBy));
        string file = File.ReadAllText(KeyFile);
        Assert.Contains(key.Id, file, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, file, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Convert.FromHexString(secret)), file, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TwiceTheSame_GivesOtherSecretsAndSalts()
    {
        (_, string first) = Store.Create("a", ["coder"], null, null, Admin);
        (_, string second) = Store.Create("b", ["coder"], null, null, Admin);

        Assert.NotEqual(first.Split('_')[2], second.Split('_')[2]);
        Assert.Equal(2, SaltPattern().Matches(File.ReadAllText(KeyFile)).Select(match => match.Value).Distinct().Count());
    }

    [Fact]
    public void File_IsForItsOwnerOnly_AndNothingElseIsLeftBeside()
    {
        Store.Create("ci", ["coder"], null, null, Admin);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void Store_WhenReopened_HasWhatWasThere()
    {
        (ApiKey key, string text) = Store.Create("ci", ["coder", "analyst"], Uid, null, Admin);
        Store.Revoke(Store.Create("old", ["coder"], null, null, Admin).Key.Id, Admin);

        using ApiKeyStore again = Reopen();

        Assert.Equal(["ci", "old"], again.List().Select(one => one.Name).Order());
        Assert.NotNull(again.List().Single(one => one.Name == "old").RevokedAt);
        Assert.Equal(["coder", "analyst"], new Authenticator(again).Authenticate(Peer(), $"Bearer {text}").Key!.Roles);
        Assert.Equal(key.Id, again.List().Single(one => one.Name == "ci").Id);
    }

    [Fact]
    public void Flush_WritesTheLastUse_WhichIsNotWrittenBefore()
    {
        (_, string text) = Store.Create("ci", ["coder"], null, null, Admin);
        Clock.Now += TimeSpan.FromHours(1);
        new Authenticator(Store).Authenticate(Peer(), $"Bearer {text}");

        Assert.Equal(Clock.Now, Store.List().Single().LastUsedAt);
        Assert.Null(Reopen().List().Single().LastUsedAt);
        Store.Flush();
        Assert.Equal(Clock.Now, Reopen().List().Single().LastUsedAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ci")]
    [InlineData("a\nb")]
    public void Create_WhenTheNameIsNone_IsRefused(string name) =>
        Assert.Equal("name", Assert.Throws<PolicyException>(() => Store.Create(name, ["coder"], null, null, Admin)).Field);

    [Fact]
    public void Create_WhenTheNameIsTaken_OrThereIsNoRole_OrTheTimeIsOver_IsRefused()
    {
        ApiKey first = Store.Create("ci", ["coder"], null, null, Admin).Key;

        Assert.Equal("name", Assert.Throws<PolicyException>(() => Store.Create("ci", ["coder"], null, null, Admin)).Field);
        Assert.Equal("roles", Assert.Throws<PolicyException>(() => Store.Create("x", [], null, null, Admin)).Field);
        Assert.Equal("lifetime", Assert.Throws<PolicyException>(() => Store.Create("x", ["coder"], null, TimeSpan.Zero, Admin)).Field);
        Assert.Equal("lifetime", Assert.Throws<PolicyException>(() => Store.Create("x", ["coder"], null, TimeSpan.MaxValue, Admin)).Field);
        Store.Revoke(first.Id, Admin);
        Store.Create("ci", ["coder"], null, null, Admin); // the name is free again
    }

    [Fact]
    public void Revoke_OfWhatIsNotThere_GivesNull() => Assert.Null(Store.Revoke("ghost", Admin));

    [Fact]
    public void Create_WhenItCannotBeWritten_MakesNoKey()
    {
        Assert.Empty(Store.List());
        Directory.CreateDirectory(KeyFile); // a file cannot take its place

        Assert.ThrowsAny<Exception>(() => Store.Create("ci", ["coder"], null, null, Admin));
        Assert.Empty(Store.List());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Store_WhenOthersCanReachTheFile_IsRefused(UnixFileMode more)
    {
        Store.Create("ci", ["coder"], null, null, Admin);
        File.SetUnixFileMode(KeyFile, File.GetUnixFileMode(KeyFile) | more);

        Assert.Contains("mode 0600", Assert.Throws<InvalidDataException>(() => Reopen()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[{}]")]
    [InlineData("[{\"key\":{\"id\":\"a\",\"name\":\"a\",\"roles\":[],\"createdAt\":\"2026-01-01T00:00:00+00:00\",\"createdBy\":\"x\",\"admin\":true},\"salt\":\"\",\"hash\":\"\"}]")]
    public void Store_WhenTheFileIsDamaged_IsRefused(string content)
    {
        File.WriteAllText(KeyFile, content);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Contains(KeyFile, Assert.Throws<InvalidDataException>(() => Reopen()).Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("^ask_[a-z2-7]{12}_[0-9a-f]{64}$")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("\"salt\": \"[^\"]+\"")]
    private static partial Regex SaltPattern();
}
