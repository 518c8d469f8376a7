using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentSandbox.Daemon.Configuration;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Configuration;

/// <summary>The <c>daemon.json</c> that the package ships.</summary>
public sealed partial class ShippedConfigTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "daemon.json"));

    [Fact]
    public void Shipped_ChangesNothing() => Assert.Equal(Comparable(new DaemonConfig()), Comparable(Parse(s_text)));

    [Fact]
    public void Shipped_ShowsInCommentsWhatHoldsWithoutThem()
    {
        // All comments but the first line become keys.
        string all = Commented().Replace(s_text[s_text.IndexOf('{', StringComparison.Ordinal)..].Replace(".schema.json\"", ".schema.json\",", StringComparison.Ordinal), "  $1");
        DaemonConfig shown = Parse(all);
        DaemonConfig usual = new();

        Assert.Equal(
            Comparable(usual with { Profiles = [usual.Profiles[0]], Audit = usual.Audit with { File = "/var/lib/agent-sandboxd/audit.jsonl" } }),
            Comparable(shown));
    }

    [Fact]
    public void Schema_HasTheKeysOfTheReader()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "packaging", "daemon.schema.json")));
        foreach (JsonProperty key in schema.RootElement.GetProperty("properties").EnumerateObject())
        {
            Exception? refused = Record.Exception(() => Parse($$"""{ "{{key.Name}}": null }"""));
            Assert.DoesNotContain("unknown", refused?.Message ?? "", StringComparison.OrdinalIgnoreCase);
        }
    }

    private static DaemonConfig Parse(string json) => DaemonConfigReader.Parse("daemon.json", Encoding.UTF8.GetBytes(json));

    // A record with an array is equal only to itself.
    private static string Comparable(DaemonConfig config) => $"{config with { Profiles = [] }} {string.Join(' ', config.Profiles)}".Replace("System.Collections.Immutable.ImmutableArray`1[System.String]", "", StringComparison.Ordinal);

    [GeneratedRegex("""^  // (".*?)(\s+//.*)?$""", RegexOptions.Multiline)]
    private static partial Regex Commented();
}
