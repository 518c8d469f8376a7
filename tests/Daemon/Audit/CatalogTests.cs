using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;

public sealed partial class CatalogTests
{
    private static readonly string s_path = Path.Combine(Repository.Root, "packaging/agent-sandboxd.catalog");

    [Fact]
    public void Catalog_HasATextForEachKind_AndNoOther() =>
        Assert.Equal(AuditKinds.All.Select(info => info.MessageId).Order(), Head().Matches(File.ReadAllText(s_path)).Select(match => match.Groups[1].Value).Order());

    [Fact]
    public void Catalog_NamesOnlyFieldsThatExist()
    {
        IEnumerable<string> named = Field().Matches(File.ReadAllText(s_path)).Select(match => match.Groups[1].Value).Distinct();

        Assert.Empty(named.Except(Enum.GetValues<AuditFieldName>().Select(AuditField.NameOf)));
    }

    [Fact]
    public void Catalog_IsTakenByJournalctl()
    {
        Requires.Feature("journalctl");
        using TemporaryFolder root = new();
        string folder = Path.Combine(root.Path, "usr/lib/systemd/catalog");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(Path.Combine(root.Path, "var/lib/systemd/catalog"));
        File.Copy(s_path, Path.Combine(folder, "agent-sandboxd.catalog"));

        Assert.Equal("", Run("--update-catalog", $"--root={root.Path}"));
        string list = Run("--list-catalog", $"--root={root.Path}");

        Assert.All(AuditKinds.All, info => Assert.Contains(info.MessageId, list, StringComparison.Ordinal));
    }

    private static string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("journalctl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }

    [GeneratedRegex("^-- ([0-9a-f]{32})$", RegexOptions.Multiline)]
    private static partial Regex Head();

    [GeneratedRegex("@SANDBOXD_([A-Z_]+)@")]
    private static partial Regex Field();
}
