using System.Text;
using System.Text.Json;
using AgentSandbox.Ctl.Servers;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Mcp.Gateway;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>The files of <c>mcp.d</c>.</summary>
public sealed class JailedServerReaderTests
{
    [Fact]
    public void Parse_OfAFullFile_IsTheRunThatItDeclares()
    {
        JailedServer server = Parse("""
            {
              "summary": "s", "command": ["node", "x"], "workingDirectory": "/w", "profile": "node", "timeout": "2h", "limits": { "memory": "64M", "cpus": 0.5, "pids": 9, "output": "1M", "cpuTime": "3s" },
              "binds": { "/a": { "source": "/b", "writable": true }, "/c": {} }, "environment": { "K": "V", "TOKEN": { "file": "/t" } }, "allowDegraded": ["all"], "workspace": "w-1",
              "tools": { "agent": ["read_*"] }, "prompts": { "agent": ["ask"] }, "resultLimit": "2K"
            }
            """);
        Assert.Equal(
            """{ "config": { "profile": "node", "limits": { "memoryBytes": "67108864", "cpuMillicores": "500", "pids": "9", "outputBytes": "1048576", "commandTimeout": "7200s", "commandCpuTime": "3s" }, "binds": [ { "source": "/b", "target": "/a", "writable": true }, { "source": "/c", "target": "/c" } ], "environment": { "K": "V" }, "allowDegraded": [ "all" ], "workspace": "w-1" }, "command": { "argv": [ "node", "x" ], "workingDirectory": "/w" } }""",
            server.Start.ToString());
        Assert.Equal(("memory", "s", 2048, "/t"), (server.Name, server.Summary, server.ResultLimit, server.Secrets["TOKEN"]));
        WhoamiResponse agent = new() { Roles = { "other", "agent" }, UserRoles = { "other", "agent" } };
        Assert.True(server.Allows(agent, ServerOffer.Tools, "read_file"));
        Assert.False(server.Allows(agent, ServerOffer.Tools, "write_file"));
        Assert.True(server.Allows(agent, ServerOffer.Prompts, "ask"));
        Assert.False(server.Allows(agent, ServerOffer.Prompts, "read_file"));
        Assert.False(server.Allows(agent, ServerOffer.Resources, "file:///x"));
        Assert.True(server.Allows(new WhoamiResponse { Roles = { "agent" }, UserRoles = { "agent" }, KeyId = "k" }, ServerOffer.Tools, "read_file"));
        Assert.False(server.Allows(new WhoamiResponse { Roles = { "agent" }, UserRoles = { "other" }, KeyId = "k" }, ServerOffer.Tools, "read_file"));
        Assert.False(server.Allows(new WhoamiResponse { Roles = { "other" }, UserRoles = { "agent" }, KeyId = "k" }, ServerOffer.Tools, "read_file"));
        Assert.False(server.Allows(new WhoamiResponse { Roles = { "other" } }, ServerOffer.Tools, "read_file"));
    }

    [Theory]
    [InlineData("""{ "command": ["x"], "profile": "p" }""", "memory.json:1: file: 'timeout' is missing")]
    [InlineData("{\n\"comand\": []\n}", "memory.json:2: comand")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "direct": true, "limits": { "output": "1M" } }""", "direct: does not go with limits.output")]
    [InlineData("""{ "command": [], "profile": "p", "timeout": "1h" }""", "command: names no program")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "soon" }""", "timeout: 'soon' is not a span of time")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "limits": { "memory": "much" } }""", "memory: 'much' is not a size")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "binds": { "a": {} } }""", "binds")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "binds": { "/a": { "from": "/b" } } }""", "from")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "environment": { "TOKEN": { "file": "t" } } }""", "must be an absolute path")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "tools": { "agent": "read" } }""", "tools.agent: must be a list")]
    [InlineData("""{ "command": ["x"], "profile": "p", "timeout": "1h", "resultLimit": 7 }""", "resultLimit: must be a string")]
    public void Parse_OfAWrongFile_SaysWhere(string json, string message) => Assert.Contains(message, Assert.Throws<ConfigException>(() => Parse(json)).Message);

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("absent")]
    public void Read_OfANameThatIsNone_IsRefused(string name)
    {
        using TemporaryFolder folder = new();
        Assert.Contains("there is no server", Assert.Throws<PolicyException>(() => JailedServerReader.Read(folder.Path, name)).Message);
    }

    [Fact]
    public void Read_OfAFileThatOthersCanChange_IsRefused()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "memory.json");
        File.WriteAllText(file, """{ "command": ["x"], "profile": "p", "timeout": "1h" }""");
        Assert.Equal("memory", JailedServerReader.Read(folder.Path, "memory").Name);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        Assert.Throws<PolicyException>(() => JailedServerReader.Read(folder.Path, "memory"));
    }

    [Fact]
    public void Schema_HasTheKeysOfTheReader()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "packaging", "mcp-server.schema.json")));
        foreach (JsonProperty key in schema.RootElement.GetProperty("properties").EnumerateObject())
        {
            Assert.DoesNotContain("unknown", Record.Exception(() => Parse($$"""{ "{{key.Name}}": null }"""))?.Message ?? "", StringComparison.OrdinalIgnoreCase);
        }
    }

    private static JailedServer Parse(string json) => JailedServerReader.Parse("memory.json", Encoding.UTF8.GetBytes(json));
}
