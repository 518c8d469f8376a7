using System.Text.Json;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Tests.Daemon.Cli;
using ModelContextProtocol.Client;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>An agent's work from end to end: a project is written, tested, broken, compared, rolled back, tried in two ways, and one is kept.</summary>
public sealed class SessionTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private const string Test = """
        import unittest
        from scores import total

        class Scores(unittest.TestCase):
            def test_total(self):
                self.assertEqual(total([1, 2, 3]), 6)

        unittest.main()
        """;

    [Fact]
    public async Task Project_IsWritten_Broken_RolledBack_AndTheBetterForkIsKept()
    {
        Requires.Feature("root");
        Requires.Feature("python3");
        Assert.SkipWhen(WorkspaceStore.Missing is not null, $"needs loop devices and mkfs.ext4: {WorkspaceStore.Missing}");
        await using McpClient client = await McpClients.StartAsync(cli, 0, "--profile", "python");
        JsonElement made = await client.DoAsync("jail_create", ("workspace", "new"), ("workspace_bytes", 32 << 20));
        (string Name, object Value) jail = ("jail", made.Text("jail"));
        await client.DoAsync("write_file", jail, ("path", "scores.py"), ("text", "def total(scores):\n    return sum(scores)\n"));
        await client.DoAsync("write_file", jail, ("path", "test_scores.py"), ("text", Test));
        Assert.Equal("0", await TestAsync(client, jail));
        string good = (await client.DoAsync("workspace_snapshot", jail, ("description", "tests pass"))).Text("snapshot");

        await client.DoAsync("edit_file", jail, ("path", "scores.py"), ("edits", new[] { new { old_text = "sum(scores)", new_text = "max(scores)" } }));
        Assert.Equal("1", await TestAsync(client, jail));
        JsonElement change = Assert.Single((await client.DoAsync("workspace_diff", jail)).GetProperty("changes").EnumerateArray(), change => change.Text("path") == "scores.py");
        Assert.Contains("-    return sum(scores)\n+    return max(scores)", change.Text("diff"));
        await client.DoAsync("workspace_rollback", jail, ("snapshot", good));
        Assert.Equal("0", await TestAsync(client, jail));

        (string First, string Second) forks = (await ForkAsync(client, jail, good), await ForkAsync(client, jail, good));
        (string Name, object Value) first = ("jail", (await client.DoAsync("jail_create", ("workspace", forks.First))).Text("jail"));
        (string Name, object Value) second = ("jail", (await client.DoAsync("jail_create", ("workspace", forks.Second))).Text("jail"));
        await client.DoAsync("write_file", first, ("path", "scores.py"), ("text", "def total(scores):\n    return scores[-1] * 2\n"));
        await client.DoAsync("write_file", second, ("path", "scores.py"), ("text", "def total(scores):\n    return sum(scores, start=1)\n"));
        Assert.Equal(("0", "1", "0"), (await TestAsync(client, first), await TestAsync(client, second), await TestAsync(client, jail))); // each is its own

        await client.DoAsync("jail_delete", second);
        cli.Do("workspace", "rm", forks.Second);
        await client.DoAsync("jail_delete", first);
        string kept = (await client.DoAsync("jail_create", ("workspace", forks.First))).Text("jail"); // it outlives its jail
        Assert.Contains("scores[-1] * 2", (await client.DoAsync("read_file", ("jail", kept), ("path", "scores.py"))).Text("text"));
        Assert.DoesNotContain(forks.Second, cli.Do("workspace", "list", "--json"));
        foreach (string one in new[] { kept, (string)jail.Value })
        {
            await client.DoAsync("jail_delete", ("jail", one));
        }

        cli.Do("workspace", "rm", forks.First);
        cli.Do("workspace", "rm", made.Text("workspace"));
    }

    private static async Task<string> TestAsync(McpClient client, (string Name, object Value) jail) => (await client.DoAsync("run_command", jail, ("argv", new[] { "python3", "-B", "test_scores.py" }))).Text("exit_code");

    private static async Task<string> ForkAsync(McpClient client, (string Name, object Value) jail, string snapshot) => (await client.DoAsync("workspace_fork", jail, ("snapshot", snapshot))).Text("workspace");
}
