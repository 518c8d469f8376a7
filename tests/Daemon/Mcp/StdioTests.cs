using System.Diagnostics;
using System.Text.Json;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Tests.Daemon.Cli;
using AgentSandbox.V1;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary><c>sandboxctl mcp</c> on stdio, by clients that others wrote (threats F138, F139).</summary>
public sealed class StdioTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private static readonly string[] s_checks = ["list", "program", "languages", "output", "cancel", "refusals", "jails", "default", "resources", "close"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sdk", "2025-11-25")]
    [InlineData("client", "2026-07-28")]
    public async Task Session_BySomebodyElsesClient_IsAnsweredAsItsSchemasSay(string client, string era)
    {
        Requires.Feature("root");
        await NodeFolder.PrepareAsync();
        (int status, string said) = await NodeFolder.RunAsync("node", ["mcp.mjs", client, "stdio", cli.Executable, "mcp", "--allow-degraded", "all"], cli.Environment());

        Assert.True(status == 0, said);
        Assert.Contains($"era {era}\n", said);
        Assert.All(s_checks, check => Assert.Contains($"ok {check}\n", said));
    }

    [Fact]
    public async Task Tools_ThatTheRoleForbids_AreNotListed()
    {
        await using McpClient client = await McpClients.StartAsync(cli, CliFixture.Agent, "--profile", "shell");
        IList<McpClientTool> tools = await client.ListToolsAsync(cancellationToken: Token);

        Assert.Equal(["run_command", "run_code", "jail_create", "jail_list", "jail_inspect"], tools.Select(tool => tool.Name));
        Assert.Contains("roles agent", client.ServerInstructions);
        Assert.Contains("Profiles that you may use: shell", client.ServerInstructions);
        Assert.Equal("2026-07-28", client.NegotiatedProtocolVersion);
    }

    [Fact]
    public async Task Denial_SaysTheRule_AndWhatCanBeDone()
    {
        await using McpClient client = await McpClients.StartAsync(cli, CliFixture.Agent, "--profile", "shell");
        JsonElement denied = await client.RefusedAsync("read_file", ("path", "x"));
        Assert.Equal("ACCESS_DENIED", denied.Text("code"));
        Assert.NotEmpty(denied.Text("rule"));

        await client.DoAsync("run_command", ("shell", "true"));
        JsonElement full = await client.RefusedAsync("jail_create");
        Assert.Equal("QUOTA_EXCEEDED", full.Text("code"));
        Assert.Contains("jail_delete", full.Text("instead"));
    }

    [Fact]
    public async Task DefaultJail_IsEachClientsOwn_AndEndsWithIt()
    {
        McpClient one = await McpClients.StartAsync(cli, 0, "--profile", "shell");
        McpClient other = await McpClients.StartAsync(cli, 0, "--profile", "shell");
        string first = (await one.DoAsync("run_command", ("shell", "echo secret > file"))).Text("jail");
        JsonElement second = await other.DoAsync("run_command", ("shell", "ls"));
        Assert.NotEqual(first, second.Text("jail"));
        Assert.Equal("", second.Text("stdout"));
        Assert.Contains(first, Jails());

        await one.DisposeAsync();
        Assert.DoesNotContain(first, Jails());
        Assert.Contains(second.Text("jail"), Jails());
        await other.DisposeAsync();
        Assert.DoesNotContain(second.Text("jail"), Jails());
    }

    [Fact]
    public async Task DefaultJail_OfAServerThatDies_EndsWhenIdle()
    {
        await using McpClient client = await McpClients.StartAsync(cli, 0, "--profile", "shell");
        JsonElement jail = await client.DoAsync("jail_inspect");
        Assert.Equal(900, jail.GetProperty("idle_timeout_seconds").GetDouble());
        Assert.True(jail.GetProperty("default").GetBoolean());
    }

    [Fact]
    public async Task Command_WhenItsServerEnds_IsKilled()
    {
        McpClient client = await McpClients.StartAsync(cli, 0, "--profile", "shell");
        string jail = (await client.DoAsync("jail_create")).Text("jail");
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<ModelContextProtocol.Protocol.CallToolResult> call = client.CallToolAsync(
            "run_command",
            new Dictionary<string, object?> { ["jail"] = jail, ["shell"] = "sleep 1000" },
            new Progress<ProgressNotificationValue>(_ => started.TrySetResult()),
            cancellationToken: Token).AsTask();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await client.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => call);
        using Grpc.Client.UnixChannel channel = cli.Daemon.NewChannel();
        Command ended = await new Commands.CommandsClient(channel).WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        Assert.Equal(EndReason.Killed, ended.Ended.Reason);
        cli.Do("rm", jail);
    }

    [Fact]
    public async Task Server_ThatIsTerminated_EndsItsJails()
    {
        Requires.Feature("root");
        ProcessStartInfo start = new(cli.Executable, ["mcp", "--profile", "shell", "--allow-degraded", "all"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in cli.Environment())
        {
            start.Environment[name] = value;
        }

        using Process server = Process.Start(start)!;
        await server.StandardInput.WriteLineAsync("""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_command","arguments":{"shell":"true"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
            """.Trim().AsMemory(), Token);
        await server.StandardInput.FlushAsync(Token);
        string answer = await server.StandardOutput.ReadLineAsync(Token) ?? "";
        string jail = JsonDocument.Parse(answer).RootElement.GetProperty("result").GetProperty("structuredContent").Text("jail");
        Assert.Contains(jail, Jails());
        using Process kill = Process.Start("kill", [$"{server.Id}"]);
        Assert.True(server.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, server.ExitCode);
        Assert.DoesNotContain(jail, Jails());
    }

    [Fact]
    public async Task Binds_AreThoseOfTheCommandLine_AndNoArgument()
    {
        using TemporaryFolder folder = new();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "file"), "from the host", Token);
        await using McpClient client = await McpClients.StartAsync(cli, 0, "--profile", "shell", "--bind-ro", $"{folder.Path}:/data");
        Assert.Equal("from the host", (await client.DoAsync("run_command", ("shell", "cat /data/file"))).Text("stdout"));

        JsonElement refused = await client.RefusedAsync("jail_create", ("binds", new[] { "/etc" }));
        Assert.Equal("INVALID_ARGUMENTS", refused.Text("code"));
        Assert.Contains("binds: is unknown", refused.Text("reason"));
    }

    [Fact]
    public async Task Workspace_IsKept_Compared_Forked_AndPutBack()
    {
        Requires.Feature("root");
        Assert.SkipWhen(WorkspaceStore.Missing is not null, $"needs loop devices and mkfs.ext4: {WorkspaceStore.Missing}");
        await using McpClient client = await McpClients.StartAsync(cli, 0, "--profile", "shell");
        JsonElement made = await client.DoAsync("jail_create", ("workspace", "new"), ("workspace_bytes", 32 << 20));
        (string Name, object Value) jail = ("jail", made.Text("jail"));
        await client.DoAsync("write_file", jail, ("path", "kept"), ("text", "one\n"));
        string snapshot = (await client.DoAsync("workspace_snapshot", jail, ("description", "first"))).Text("snapshot");
        await client.DoAsync("write_file", jail, ("path", "kept"), ("text", "two\n"));
        await client.DoAsync("write_file", jail, ("path", "run.sh"), ("text", "#!/bin/sh\n"), ("executable", true));
        JsonElement changes = (await client.DoAsync("workspace_diff", jail)).GetProperty("changes");
        Assert.Equal(["changed kept", "added run.sh"], changes.EnumerateArray().Select(change => $"{change.Text("kind")} {change.Text("path")}"));
        Assert.Contains("+two", changes[0].Text("diff"));
        Assert.Contains("executable", changes[1].GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));

        JsonElement fork = await client.DoAsync("workspace_fork", jail, ("snapshot", snapshot));
        await client.DoAsync("workspace_rollback", jail, ("snapshot", snapshot));
        Assert.Equal("one\n", (await client.DoAsync("read_file", jail, ("path", "kept"))).Text("text"));
        (string Name, object Value) other = ("jail", (await client.DoAsync("jail_create", ("workspace", fork.Text("workspace")))).Text("jail"));
        Assert.Equal("one\n", (await client.DoAsync("run_command", other, ("shell", "cat kept"))).Text("stdout"));
        Assert.Equal("NO_WORKSPACE", (await client.RefusedAsync("workspace_snapshot")).Text("code"));

        await client.DoAsync("jail_delete", jail);
        await client.DoAsync("jail_delete", other);
        cli.Do("workspace", "rm", fork.Text("workspace"));
        cli.Do("workspace", "rm", made.Text("workspace"));
    }

    [Fact]
    public async Task Tool_WithoutADaemon_SaysSo()
    {
        await using McpClient client = await McpClients.StartAsync(cli, 0, "--socket", "/nonexistent/api.sock");
        Assert.Equal(18, (await client.ListToolsAsync(cancellationToken: Token)).Count);
        JsonElement refused = await client.RefusedAsync("run_command", ("shell", "true"));
        Assert.Contains("agent-sandboxd is not running", refused.Text("instead"));
    }

    [Fact]
    public async Task Embedded_NeedsNoDaemon_AndLeavesNothing()
    {
        string[] others = Jails();
        string[] folders = Folders();
        await using McpClient client = await McpClients.StartAsync(cli, 0, "--embedded", "--daemon", DaemonProgram, "--profile", "shell", "--socket", "/nonexistent/api.sock");
        string[] tools = [.. (await client.ListToolsAsync(cancellationToken: Token)).Select(tool => tool.Name)];
        Assert.Contains("run_command", tools);
        Assert.DoesNotContain("workspace_fork", tools); // what would not outlive it is not there
        JsonElement ran = await client.DoAsync("run_command", ("shell", "echo hello >file; cat file; pwd"));
        Assert.Equal("hello\n/workspace\n", ran.Text("stdout"));
        Assert.Equal("hello\n", (await client.DoAsync("read_file", ("path", "file"))).Text("text"));
        Assert.Empty(Jails().Except(others)); // the host's daemon knows nothing of it
        string folder = Assert.Single(Folders().Except(folders), place => File.Exists(Path.Combine(place, "policy.json")) && Directory.Exists(Path.Combine(place, "run")));
        await client.DisposeAsync();
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Embedded_ThatIsKilled_LeavesNothing()
    {
        Requires.Feature("root");
        using TemporaryFolder place = new();
        ProcessStartInfo start = new(cli.Executable, ["mcp", "--embedded", "--daemon", DaemonProgram, "--profile", "shell", "--allow-degraded", "all"]) { RedirectStandardInput = true };
        foreach ((string name, string value) in cli.Environment())
        {
            start.Environment[name] = value;
        }

        start.Environment["TMPDIR"] = place.Path;
        using Process server = Process.Start(start)!;
        await Eventually.IsSoAsync(() => Directory.GetDirectories(place.Path, "agent-sandboxd.*").Any(folder => File.Exists(Path.Combine(folder, "api.sock"))), "it has no daemon");
        server.Kill();
        await Eventually.IsSoAsync(() => Directory.GetDirectories(place.Path, "agent-sandboxd.*").Length == 0, "its folder stays");
    }

    [Fact]
    public void Embedded_OnAHostThatLacksALayer_SaysWhich()
    {
        Requires.Feature("root");
        Assert.SkipUnless(HostFacts.From(HostFeatures.Current).Missing.Keys.Any(layer => layer.StartsWith("cgroup", StringComparison.Ordinal)), "the host lacks nothing");
        CliResult run = cli.Run("mcp", "--embedded", "--daemon", DaemonProgram, "--profile", "shell");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--allow-degraded", run.Err);
        Assert.Equal(run.Err, cli.Run("run", "--embedded", "--profile", "shell", "--", "true").Err);
    }

    [Theory]
    [InlineData("--http", "127.0.0.1:0")]
    [InlineData("--workspace", "w-1")]
    public void Embedded_WithWhatOnlyADaemonKeeps_IsRefused(string option, string value)
    {
        CliResult run = cli.Run("mcp", "--embedded", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--embedded does not go with", run.Err);
    }

    private static string DaemonProgram => Path.Combine(AppContext.BaseDirectory, "agent-sandboxd");

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "agent-sandboxd.*");

    private string[] Jails() => cli.Do("ps", "-q").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
