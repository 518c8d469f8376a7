using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Profiles;
using Xunit;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>A directory with the shipped groups, one complete profile, and what a test adds.</summary>
public abstract class ProfileDirectory : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("profiles").FullName;

    protected ProfileDirectory()
    {
        File.Copy(Path.Combine(ShippedProfiles.Directory, "groups.json"), Path.Combine(_directory, "groups.json"));
        File.Copy(Path.Combine(ShippedProfiles.Directory, "minimal.json"), Path.Combine(_directory, "base.json"));
        Store = new(_directory);
    }

    protected ProfileStore Store { get; }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name + ".json"), text);

    /// <summary>Loads a profile that extends the complete one: lines 1 and 2 are the frame, the sections begin on line 3.</summary>
    protected JailProfile Load(string sections)
    {
        Write("mine", $"{{ \"summary\": \"test\",\n\"extends\": \"base\",\n{sections}\n}}");
        return Store.Load("mine");
    }

    protected void Refuses(string message, string sections) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Load(sections)).Message);
}
