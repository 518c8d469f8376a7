using AgentSandbox.Daemon.Configuration;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Configuration;

/// <summary>Which directory of profiles counts.</summary>
public sealed class ProfilePlacesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Mine => Path.Combine(_folder.Path, "mine");

    private string Shipped => Path.Combine(_folder.Path, "shipped");

    private string Policy => Path.Combine(_folder.Path, "policy.json");

    [Fact]
    public void Settings_WhenTheFirstPlaceIsAbsent_AreThoseOfTheSecond()
    {
        SettingsStore settings = Open();

        Assert.Contains("python", settings.Current.Profiles.Keys);
    }

    [Fact]
    public void Reload_WhenTheFirstPlaceHasComeToBe_ReadsIt()
    {
        SettingsStore settings = Open();
        Copy(Mine);
        File.Move(Path.Combine(Mine, "strict.json"), Path.Combine(Mine, "mine.json"));

        Assert.Contains("mine", settings.Reload().Profiles.Keys);
        Assert.DoesNotContain("strict", settings.Current.Profiles.Keys);
    }

    [Fact]
    public void Settings_WhenNoPlaceIsThere_SayWhereTheyLooked()
    {
        File.WriteAllText(Policy, """{ "roles": {}, "principals": [] }""");

        DirectoryNotFoundException none = Assert.Throws<DirectoryNotFoundException>(() => new SettingsStore([Mine, Shipped], Policy));

        Assert.Contains($"{Mine}, {Shipped}", none.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SettingsStore Open()
    {
        File.WriteAllText(Policy, """{ "roles": {}, "principals": [] }""");
        Copy(Shipped);
        return new SettingsStore([Mine, Shipped], Policy);
    }

    private static void Copy(string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "native-profiles"), "*.json"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}
