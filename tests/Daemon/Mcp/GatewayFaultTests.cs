using AgentSandbox.Ctl.Servers;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Mcp.Gateway;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.Tests.Daemon.Cli;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>Servers behind the gateway that do what they may not: each is ended and named, and started again not too soon.</summary>
public sealed class GatewayFaultTests(CliFixture cli) : IClassFixture<CliFixture>, IDisposable
{
    private readonly GatewayFixture _gateway = new(cli);
    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _gateway.Dispose();

    [Theory]
    [InlineData("flood", "wrote a line of more than 16 MiB")]
    [InlineData("leave", "exited with 3 (it said last: 'so long')")]
    public async Task Server_WhoseStreamsPassTheDaemonBy_IsHeldToTheSame(string tool, string what)
    {
        (string Key, string Json)[] direct = [("limits", "{}"), ("direct", "true")];
        _gateway.Declare("malicious", "malicious.py", direct);
        _gateway.DeclareChanging("changing", direct);
        using UnixChannel channel = cli.Daemon.NewChannel();
        GatewaySetup setup = Setup();
        await using GatewaySession session = new(channel.CreateCallInvoker(), setup);
        Assert.Contains(what, await CallAsync(session, setup, $"malicious__{tool}"));
        Assert.Equal("0 0", await CallAsync(session, setup, "changing__waits"));
    }

    [Theory]
    [InlineData("mistake", "answered what nobody asked (id 4711)")]
    [InlineData("mutter", "wrote a line that is no message of the protocol: 'listening on port 0'")]
    [InlineData("chatter", "sent more than 1000 messages that nobody asked for")]
    [InlineData("flood", "wrote a line of more than 16 MiB")]
    [InlineData("leave", "exited with 3 (it said last: 'so long')")]
    public async Task Server_ThatDoesWhatItMayNot_IsEnded_AndNamed(string tool, string what)
    {
        _gateway.Declare("malicious", "malicious.py");
        _gateway.DeclareChanging();
        using UnixChannel channel = cli.Daemon.NewChannel();
        GatewaySetup setup = Setup();
        await using GatewaySession session = new(channel.CreateCallInvoker(), setup);
        string text = await CallAsync(session, setup, $"malicious__{tool}");
        Assert.Contains("the MCP server 'malicious' does not run", text);
        Assert.Contains(what, text);
        Assert.Contains("Try again in 1 s", text);
        Assert.Equal("0 0", await CallAsync(session, setup, "changing__waits"));
        Assert.Equal(["SERVER_ENDED", "ok"], _gateway.Log.Select(line => line.Text("outcome")));
    }

    [Fact]
    public async Task Server_ThatEnds_IsStartedAgain_LaterEachTime()
    {
        _gateway.Declare("malicious", "malicious.py");
        using UnixChannel channel = cli.Daemon.NewChannel();
        GatewaySetup setup = Setup();
        await using GatewaySession session = new(channel.CreateCallInvoker(), setup);
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            Assert.Contains($"exited with 3 (it said last: 'so long'). Try again in {seconds} s.", await CallAsync(session, setup, "malicious__leave"));
            _clock.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            Assert.Contains("Try again in 1 s.", await CallAsync(session, setup, "malicious__spy"));
            _clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.Contains("PermissionError", await CallAsync(session, setup, "malicious__spy"));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("Try again in 1 s.", await CallAsync(session, setup, "malicious__leave"));
    }

    [Fact]
    public async Task Server_ThatTheDaemonRefuses_IsNamed()
    {
        _gateway.DeclareChanging("changing", ("profile", "\"no-such-profile\""));
        using UnixChannel channel = cli.Daemon.NewChannel();
        GatewaySetup setup = Setup();
        await using GatewaySession session = new(channel.CreateCallInvoker(), setup);
        string text = await CallAsync(session, setup, "changing__waits");
        Assert.Contains("the MCP server 'changing' does not run: it cannot run", text);
        Assert.Contains("no-such-profile", text);
    }

    private GatewaySetup Setup()
    {
        return new GatewaySetup([.. JailedServerReader.ReadAll(_gateway.Servers)], JailedServerStart.ForGateway, new PinFolder(_gateway.State), new CallTrail(_gateway.State), text => Assert.NotEmpty(text)) { Time = _clock, Pipes = () => new ServerPipes() };
    }

    private static async Task<string> CallAsync(GatewaySession session, GatewaySetup setup, string tool)
    {
        CallToolResult result = await new GatewayTools(session, setup).CallAsync(new CallToolRequestParams { Name = tool }, ProgressReport.None, Token);
        return string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
    }
}
