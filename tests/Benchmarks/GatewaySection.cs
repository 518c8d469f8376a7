using System.Diagnostics;
using AgentSandbox.Tests;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Benchmarks;

/// <summary>Calls of a tool of an MCP server that somebody else wrote (server-everything): of the server itself, and through the gateway before it, which has it in a jail.</summary>
/// <param name="duration">How long each way is called in a round.</param>
internal sealed class GatewaySection(TimeSpan duration) : ISection
{
    private const string Name = "everything";
    private const int Together = 16;
    private const int WarmUps = 2000;

    private readonly Samples _direct = new("echo of server-everything, direct", "1/s");
    private readonly Samples _plain = new("echo of server-everything, mcp exec", "1/s");
    private readonly Samples _jailed = new("echo of server-everything, gateway", "1/s");
    private readonly Samples _directTogether = new($"the same, {Together} at once, direct", "1/s");
    private readonly Samples _jailedTogether = new($"the same, {Together} at once, gateway", "1/s");
    private BenchDaemon? _daemon;
    private TemporaryFolder? _folder;
    private McpClient? _server;
    private McpClient? _exec;
    private McpClient? _gateway;

    public string Title => "MCP gateway";

    private static string Modules => Path.Combine(Repository.Root, "tests/Interop/node_modules");

    private static string Program => "@modelcontextprotocol/server-everything/dist/index.js";

    public void Round()
    {
        if (!File.Exists(Path.Combine(Modules, Program)))
        {
            return; // 'npm ci' in tests/Interop brings it
        }

        Start();
        _direct.Add(Rate(_server!, "echo", 1));
        _plain.Add(Rate(_exec!, "echo", 1));
        _jailed.Add(Rate(_gateway!, $"{Name}__echo", 1));
        _directTogether.Add(Rate(_server!, "echo", Together));
        _jailedTogether.Add(Rate(_gateway!, $"{Name}__echo", Together));
    }

    public IEnumerable<Row> Rows() => [.. Row.Of(_direct), .. Row.Of(_plain, _direct), .. Row.Of(_jailed, _direct, _plain), .. Row.Of(_directTogether), .. Row.Of(_jailedTogether, _directTogether)];

    public void Dispose()
    {
        foreach (McpClient? client in new[] { _gateway, _exec, _server })
        {
            client?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        _daemon?.Dispose();
        _folder?.Dispose();
    }

    private void Start()
    {
        if (_gateway is not null)
        {
            return;
        }

        _daemon = new BenchDaemon(readyJails: 0);
        _folder = new TemporaryFolder();
        string servers = Directory.CreateDirectory(Path.Combine(_folder.Path, "mcp.d")).FullName;
        File.WriteAllText(Path.Combine(servers, $"{Name}.json"), $$"""
            { "command": ["node", "/servers/node_modules/{{Program}}"], "profile": "node", "timeout": "1h", "direct": true, "allowDegraded": ["all"], "binds": { "/servers/node_modules": { "source": "{{Modules}}" } } }
            """);
        string[] tool = BenchDaemon.Executable("sandboxctl");
        _server = Connect(["node", Path.Combine(Modules, Program)]);
        _exec = Connect([.. tool, "mcp", "exec", Name, "--socket", _daemon.Socket, "--servers", servers]);
        _gateway = Connect([.. tool, "mcp", "gateway", "--socket", _daemon.Socket, "--servers", servers, "--state", Path.Combine(_folder.Path, "state")]);
        CallAsync(_server, "echo", WarmUps).GetAwaiter().GetResult();
        CallAsync(_exec, "echo", WarmUps).GetAwaiter().GetResult();
        CallAsync(_gateway, $"{Name}__echo", WarmUps).GetAwaiter().GetResult();
    }

    private static McpClient Connect(string[] command) => McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions { Command = command[0], Arguments = command[1..] })).GetAwaiter().GetResult();

    private double Rate(McpClient client, string tool, int together)
    {
        long start = Stopwatch.GetTimestamp();
        int[] made = Task.WhenAll(Enumerable.Range(0, together).Select(_ => Task.Run(async () =>
        {
            int calls = 0;
            for (; Stopwatch.GetElapsedTime(start) < duration; calls++)
            {
                await CallAsync(client, tool, 1).ConfigureAwait(false);
            }

            return calls;
        }))).GetAwaiter().GetResult();
        return made.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task CallAsync(McpClient client, string tool, int times)
    {
        for (int i = 0; i < times; i++)
        {
            CallToolResult result = await client.CallToolAsync(tool, new Dictionary<string, object?> { ["message"] = "hello" }).ConfigureAwait(false);
            if (result.IsError == true)
            {
                throw new InvalidOperationException($"{tool} failed: {result.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}");
            }
        }
    }
}
