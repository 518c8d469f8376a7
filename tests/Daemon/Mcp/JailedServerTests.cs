using System.Text.Json;
using System.Text.Json.Nodes;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Tests.Daemon.Cli;
using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>MCP servers that others wrote, each in a jail by <c>sandboxctl run</c>, as README.md has them; and one that means harm.</summary>
public sealed class JailedServerTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("server-everything", "echo", """{"message":"hello"}""", "Echo: hello")]
    [InlineData("server-filesystem", "write_file", """{"path":"/workspace/file","content":"hello"}""", "Successfully wrote")]
    [InlineData("server-memory", "create_entities", """{"entities":[{"name":"jail","entityType":"thing","observations":["confines"]}]}""", "confines")]
    [InlineData("server-sequential-thinking", "sequentialthinking", """{"thought":"one","nextThoughtNeeded":false,"thoughtNumber":1,"totalThoughts":1}""", "thoughtNumber")]
    public async Task Server_ThatOthersWrote_WorksInAJail(string server, string tool, string arguments, string answer)
    {
        await NodeFolder.PrepareAsync();
        string modules = Path.Combine(NodeFolder.Location, "node_modules");
        using TemporaryFolder servers = new();
        string[] command = ["node", $"/servers/node_modules/@modelcontextprotocol/{server}/dist/index.js", .. server == "server-filesystem" ? ["/workspace"] : Array.Empty<string>()];
        await File.WriteAllTextAsync(
            Path.Combine(servers.Path, $"{server}.json"),
            $$"""
            {
              "summary": "somebody else's", "command": {{new JsonArray([.. command.Select(word => JsonValue.Create(word))]).ToJsonString()}}, "profile": "node", "timeout": "1h",
              "binds": { "/servers/node_modules": { "source": "{{modules}}" } }, "environment": { "MEMORY_FILE_PATH": "/workspace/memory.json" }, "allowDegraded": ["all"]
            }
            """,
            Token);
        await using McpClient client = await ConnectAsync("mcp", "exec", server, "--servers", servers.Path);
        Assert.Contains(tool, (await client.ListToolsAsync(cancellationToken: Token)).Select(one => one.Name));
        CallToolResult result = await client.CallToolAsync(
            tool, JsonDocument.Parse(arguments).RootElement.EnumerateObject().ToDictionary(one => one.Name, one => (object?)one.Value), cancellationToken: Token);

        string text = string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        Assert.True(result.IsError != true, text);
        Assert.Contains(answer, text);
    }

    [Fact]
    public async Task MaliciousServer_SeesNothingOfTheHost()
    {
        using TemporaryFolder folder = new();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        string file = Path.Combine(folder.Path, "secret");
        await File.WriteAllTextAsync(file, "secret", Token);
        await using McpClient client = await StartMaliciousAsync();
        JsonElement spied = await client.DoAsync("spy", ("file", file), ("socket", cli.Daemon.Socket), ("pid", cli.Daemon.Pid));

        Assert.All(
            ["shadow", "root", "host file", "write", "network", "daemon", "kill", "setuid"],
            name => Assert.False(spied.Text(name).StartsWith("got", StringComparison.Ordinal), $"{name}: {spied.Text(name)}"));
        Assert.InRange(int.Parse(spied.Text("processes"), System.Globalization.CultureInfo.InvariantCulture), 1, 3);
        Assert.Equal("False", spied.Text("secret"));
    }

    [Fact]
    public async Task MaliciousServer_DoesNotOutliveItsClient()
    {
        using UnixChannel channel = cli.Daemon.NewChannel();
        V1.Jails.JailsClient jails = new(channel);
        McpClient client = await StartMaliciousAsync();
        await client.DoAsync("linger");
        string jail = Assert.Single((await jails.ListJailsAsync(new ListJailsRequest(), cancellationToken: Token)).Jails).Id;
        using AsyncServerStreamingCall<Stats> life = jails.WatchStats(new WatchStatsRequest { Id = jail }, cancellationToken: Token);
        Assert.True(await life.ResponseStream.MoveNext(Token));
        await client.DisposeAsync();
        await EndAsync(life.ResponseStream).WaitAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Empty((await jails.ListJailsAsync(new ListJailsRequest(), cancellationToken: Token)).Jails);
    }

    [Fact]
    public async Task MaliciousServer_ThatFloods_IsEnded()
    {
        await using McpClient client = await StartMaliciousAsync("--output-limit", "4M");
        Exception ended = await Assert.ThrowsAnyAsync<Exception>(() => client.CallAsync("flood"));
        Assert.IsNotType<OperationCanceledException>(ended);
    }

    private static async Task EndAsync(IAsyncStreamReader<Stats> life)
    {
        try
        {
            while (await life.MoveNext(Token))
            {
                Assert.NotEmpty(life.Current.Jail);
            }
        }
        catch (RpcException gone)
        {
            Assert.Equal(StatusCode.NotFound, gone.StatusCode);
        }
    }

    private async Task<McpClient> StartMaliciousAsync(params string[] options)
    {
        Requires.Feature("python3");
        return await StartAsync(
            ["--profile", "python", "--bind-ro", $"{Path.Combine(NodeFolder.Location, "malicious.py")}:/servers/malicious.py", .. options, "--", "python3", "/servers/malicious.py"]);
    }

    private Task<McpClient> StartAsync(params string[] options) => ConnectAsync(["run", "--no-tty", "--allow-degraded", "all", .. options]);

    private async Task<McpClient> ConnectAsync(params string[] arguments)
    {
        Requires.Feature("root");
        StdioClientTransport transport = new(new StdioClientTransportOptions
        {
            Command = cli.Executable,
            Arguments = arguments,
            EnvironmentVariables = cli.Environment().ToDictionary(variable => variable.Key, variable => (string?)variable.Value),
            ShutdownTimeout = TimeSpan.FromSeconds(2),
        });
        return await McpClient.CreateAsync(transport, cancellationToken: Token);
    }
}
