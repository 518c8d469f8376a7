using System.Text.Json;
using System.Text.Json.Nodes;
using AgentSandbox.Tests.Daemon.Cli;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>Declared servers, what a user has accepted of them, and <c>sandboxctl mcp gateway</c> before them.</summary>
/// <param name="cli">The daemon and the tool.</param>
internal sealed class GatewayFixture(CliFixture cli) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The servers' files.</summary>
    public string Servers => Path.Combine(_folder.Path, "mcp.d");

    /// <summary>What was accepted, and the log.</summary>
    public string State => Path.Combine(_folder.Path, "state");

    /// <summary>The fields of the log's records.</summary>
    public IEnumerable<JsonElement> Log => File.ReadLines(Path.Combine(State, "calls.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields"));

    /// <summary>Declares the server of tests/Interop/changing.py, with members of its file beside the usual ones.</summary>
    public void DeclareChanging(string name = "changing", params (string Key, string Json)[] members)
    {
        Describe("says");
        Declare(name, "changing.py", members);
    }

    /// <summary>Declares a server of tests/Interop.</summary>
    public void Declare(string name, string script, params (string Key, string Json)[] members)
    {
        Requires.Feature("root");
        Requires.Feature("python3");
        JsonObject file = JsonNode.Parse($$"""{ "command": ["python3", "/servers/{{script}}"], "profile": "python", "timeout": "1h", "limits": { "output": "256M" }, "allowDegraded": ["all"] }""")!.AsObject();
        JsonObject binds = new() { [$"/servers/{script}"] = new JsonObject { ["source"] = Path.Combine(NodeFolder.Location, script) } };
        if (script == "changing.py")
        {
            binds["/servers/description"] = new JsonObject { ["source"] = Description };
        }

        file["binds"] = binds;
        Array.ForEach(members, member => file[member.Key] = JsonNode.Parse(member.Json));
        DeclareFile(name, file);
    }

    /// <summary>Declares a server of an npm package.</summary>
    public void DeclarePackage(string name, params string[] arguments) => DeclareFile(name, JsonNode.Parse($$"""
        {
          "command": {{new JsonArray([.. new[] { "node", $"/servers/node_modules/@modelcontextprotocol/{name}/dist/index.js" }.Concat(arguments).Select(word => JsonValue.Create(word))]).ToJsonString()}}, "profile": "node", "timeout": "1h", "allowDegraded": ["all"],
          "binds": { "/servers/node_modules": { "source": "{{Path.Combine(NodeFolder.Location, "node_modules")}}" } }, "environment": { "MEMORY_FILE_PATH": "/workspace/memory.json" }
        }
        """)!.AsObject());

    /// <summary>What the tools of the changing server are said to do, and tools that come after the others.</summary>
    public void Describe(string description, params string[] more)
    {
        File.WriteAllText(Description, string.Join('\n', [description, .. more]));
    }

    /// <summary>A client of a gateway of its own. The caller disposes it, which ends the gateway.</summary>
    public async Task<McpClient> StartAsync()
    {
        StdioClientTransport transport = new(new StdioClientTransportOptions
        {
            Command = cli.Executable,
            Arguments = ["mcp", "gateway", "--servers", Servers, "--state", State],
            EnvironmentVariables = cli.Environment().ToDictionary(variable => variable.Key, variable => (string?)variable.Value),
            ShutdownTimeout = TimeSpan.FromSeconds(30),
        });
        return await McpClient.CreateAsync(transport, cancellationToken: Token);
    }

    /// <summary>Runs <c>sandboxctl mcp</c> with these servers.</summary>
    public CliResult Run(string command, params string[] arguments) => cli.Run(["mcp", command, "--servers", Servers, "--state", State, .. arguments]);

    /// <summary>Calls a tool.</summary>
    /// <returns>What it says, and whether it is an error.</returns>
    public static async Task<(string Text, bool IsError)> CallAsync(McpClient client, string tool, params (string Name, object Value)[] arguments)
    {
        CallToolResult result = await client.CallAsync(tool, arguments);
        return (string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text)), result.IsError == true);
    }

    public void Dispose() => _folder.Dispose();

    private string Description => Path.Combine(_folder.Path, "description");

    private void DeclareFile(string name, JsonObject file)
    {
        Directory.CreateDirectory(Servers);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(Servers, $"{name}.json"), file.ToJsonString());
    }
}
