using System.Net;
using System.Text;
using System.Text.Json;
using AgentSandbox.Tests.Daemon.Cli;
using ModelContextProtocol.Client;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary><c>sandboxctl mcp --http</c>: by clients that others wrote, and by requests that are wrong.</summary>
public sealed class HttpTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private const string Modern = """{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
    private const string Legacy = """{"jsonrpc":"2.0","id":7,"method":"tools/list"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sdk")]
    [InlineData("client")]
    public async Task Session_BySomebodyElsesClient_IsAnsweredAsOnStdio(string client)
    {
        Requires.Feature("root");
        await NodeFolder.PrepareAsync();
        using HttpFixture server = await HttpFixture.StartAsync(cli);
        (int status, string said) = await NodeFolder.RunAsync("node", ["mcp.mjs", client, "http", server.Address, HttpFixture.NewKey(cli, "admin")]);

        Assert.True(status == 0, said);
        Assert.Contains("ok close\n", said);
        server.End();
        Assert.Equal("", cli.Do("ps", "-q", "--label", "mcp=default"));
    }

    [Fact]
    public async Task Socket_WithTheOfficialClient_Works_AndIsItsOwnersAlone()
    {
        using HttpFixture server = await HttpFixture.StartAsync(cli, onSocket: true);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(server.Socket));
        using HttpClient http = server.NewClient();
        HttpClientTransportOptions options = new()
        {
            Endpoint = http.BaseAddress!, TransportMode = HttpTransportMode.StreamableHttp, AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {HttpFixture.NewKey(cli, "admin")}" },
        };
        await using McpClient client = await McpClient.CreateAsync(new HttpClientTransport(options, http), cancellationToken: Token);
        Assert.Equal("2026-07-28", client.NegotiatedProtocolVersion);
        Assert.Equal("hello\n", (await client.DoAsync("run_command", ("shell", "echo hello"))).Text("stdout"));
    }

    [Fact]
    public async Task Keys_HaveJailsOfTheirOwn_AndTheRoleThatTheyName()
    {
        using HttpFixture server = await HttpFixture.StartAsync(cli);
        await using McpClient one = await ConnectAsync(server, HttpFixture.NewKey(cli, "admin"));
        await using McpClient other = await ConnectAsync(server, HttpFixture.NewKey(cli, "admin"));
        await using McpClient agent = await ConnectAsync(server, HttpFixture.NewKey(cli, "agent"));
        Assert.NotEqual((await one.DoAsync("run_command", ("shell", "true"))).Text("jail"), (await other.DoAsync("run_command", ("shell", "true"))).Text("jail"));
        Assert.DoesNotContain("write_file", (await agent.ListToolsAsync(cancellationToken: Token)).Select(tool => tool.Name));
        Assert.Equal("ACCESS_DENIED", (await agent.RefusedAsync("write_file", ("path", "x"), ("text", ""))).Text("code"));
        foreach (string jail in cli.Do("ps", "-q", "--label", "mcp=default").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            cli.Do("rm", jail); // the agent's role may not
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list")]
    [InlineData(HttpStatusCode.OK, Legacy, "MCP-Protocol-Version: 2025-11-25")]
    [InlineData(HttpStatusCode.Unauthorized, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list|Authorization: ")]
    [InlineData(HttpStatusCode.Unauthorized, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list|Authorization: Bearer ask_nobody_nothing")]
    [InlineData(HttpStatusCode.Forbidden, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list|Origin: https://example.org")]
    [InlineData(HttpStatusCode.Forbidden, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list|Host: example.org")]
    [InlineData(HttpStatusCode.OK, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list|Origin: http://localhost:3000")]
    [InlineData(HttpStatusCode.BadRequest, Modern, "MCP-Protocol-Version: 2026-07-28", -32020)]
    [InlineData(HttpStatusCode.BadRequest, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/call", -32020)]
    [InlineData(HttpStatusCode.BadRequest, Modern, "MCP-Protocol-Version: 2025-11-25", -32020)]
    [InlineData(HttpStatusCode.BadRequest, Legacy, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list", -32602)]
    [InlineData(HttpStatusCode.BadRequest, Legacy, "MCP-Protocol-Version: 1999-01-01", -32022)]
    [InlineData(HttpStatusCode.BadRequest, "{", "MCP-Protocol-Version: 2025-11-25", -32700)]
    [InlineData(HttpStatusCode.NotFound, Legacy, "MCP-Protocol-Version: 2025-11-25|Mcp-Session-Id: nobody")]
    [InlineData(HttpStatusCode.NotAcceptable, Modern, "MCP-Protocol-Version: 2026-07-28|Mcp-Method: tools/list|Accept: text/plain")]
    [InlineData(HttpStatusCode.MethodNotAllowed, null, "MCP-Protocol-Version: 2026-07-28")]
    [InlineData(HttpStatusCode.Accepted, """{"jsonrpc":"2.0","method":"notifications/initialized"}""", "MCP-Protocol-Version: 2025-11-25")]
    public async Task Request_IsAnswered_AsItsHeadersDeserve(HttpStatusCode status, string? body, string headers, int code = 0)
    {
        using HttpFixture server = await HttpFixture.StartAsync(cli);
        using HttpClient http = server.NewClient();
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, "");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        Dictionary<string, string> all = new() { ["Accept"] = "application/json, text/event-stream", ["Authorization"] = $"Bearer {HttpFixture.NewKey(cli, "admin")}" };
        foreach (string[] header in headers.Split('|').Select(header => header.Split(": ", 2)))
        {
            all[header[0]] = header[1];
        }

        Assert.All(all, header => Assert.True(request.Headers.TryAddWithoutValidation(header.Key, header.Value)));
        using HttpResponseMessage response = await http.SendAsync(request, Token);
        string said = await response.Content.ReadAsStringAsync(Token);

        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {said}");
        if (code != 0)
        {
            JsonElement error = JsonDocument.Parse(said).RootElement;
            Assert.Equal(code, error.GetProperty("error").GetProperty("code").GetInt32());
        }
    }

    [Fact]
    public async Task Session_OfALegacyClient_IsItsOwn_AndEndsWithDelete()
    {
        using HttpFixture server = await HttpFixture.StartAsync(cli);
        using HttpClient http = server.NewClient();
        string key = HttpFixture.NewKey(cli, "admin");
        const string Initialize = """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"judge","version":"1"}}}""";
        using HttpResponseMessage opened = await SendAsync(http, HttpMethod.Post, key, null, Initialize);
        string session = Assert.Single(opened.Headers.GetValues("Mcp-Session-Id"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, HttpMethod.Post, key, session, Legacy)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(http, HttpMethod.Post, HttpFixture.NewKey(cli, "admin"), session, Legacy)).StatusCode);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await SendAsync(http, HttpMethod.Delete, key, null, null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, HttpMethod.Delete, key, session, null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(http, HttpMethod.Post, key, session, Legacy)).StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0:8080", "is reached by other machines")]
    [InlineData("192.0.2.1:8080", "is reached by other machines")]
    [InlineData("8080", "is no address")]
    public void Address_ThatOthersReach_IsRefused(string address, string why)
    {
        CliResult run = cli.Run("mcp", "--http", address);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(why, run.Err);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string key, string? session, string? body)
    {
        using HttpRequestMessage request = new(method, "") { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (session is not null)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        }

        return await http.SendAsync(request, Token);
    }

    private static async Task<McpClient> ConnectAsync(HttpFixture server, string key) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(server.Address), TransportMode = HttpTransportMode.StreamableHttp, AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }),
        cancellationToken: Token);
}
