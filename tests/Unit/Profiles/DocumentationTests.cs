using System.Text.Json;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>README.md and the schemas say what the reader does.</summary>
public sealed class DocumentationTests : ProfileDirectory
{
    [Fact]
    public void Readme_WhenItsExampleIsLoaded_GivesWhatItSays()
    {
        string readme = File.ReadAllText(Path.Combine(ShippedProfiles.Directory, "README.md"));
        string example = readme.Split("```jsonc\n")[1].Split("```")[0];
        Write("minimal", File.ReadAllText(Path.Combine(ShippedProfiles.Directory, "minimal.json")));
        Write("example", example);
        JailProfile profile = Store.Load("example");
        Assert.Contains(Syscall.ptrace, profile.Syscalls.Allowed);
        Assert.Equal(new ByteSize(8L << 30), profile.Limits.Defaults.Memory.Value);
        Assert.Contains(new LandlockPathRule("/srv/models", LandlockAccess.Read), profile.Landlock.Paths);
    }

    [Fact]
    public void Schema_HasTheKeysOfACompleteProfile()
    {
        JsonDocumentOptions lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
        using JsonDocument profile = JsonDocument.Parse(File.ReadAllText(Path.Combine(ShippedProfiles.Directory, "minimal.json")), lenient);
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(ShippedProfiles.Directory, "profile.schema.json")));
        JsonElement sections = schema.RootElement.GetProperty("properties");
        Assert.Equal(Keys(profile.RootElement).Append("extends").Order(StringComparer.Ordinal), Keys(sections));
        foreach (JsonProperty section in profile.RootElement.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object))
        {
            JsonElement fields = sections.GetProperty(section.Name).GetProperty("properties");
            Assert.Equal(Keys(section.Value), Keys(fields).Where(key => !key.EndsWith('+')));
        }
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
}
