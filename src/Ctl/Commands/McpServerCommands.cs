using System.CommandLine;
using System.Text.Json.Nodes;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Servers;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Report;
using AgentSandbox.Mcp.Gateway;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl mcp exec</c> and <c>servers</c>: MCP servers of others, each in a jail.</summary>
internal static class McpServerCommands
{
    /// <summary><c>sandboxctl mcp exec</c>.</summary>
    public static Command Exec(DaemonOptions daemon)
    {
        Option<string> directory = DirectoryOption();
        Argument<string> name = new("NAME") { Description = "The server's name: see 'sandboxctl mcp servers'." };
        Command command = new(
            "exec",
            "Runs a declared MCP server in a jail of its own, with its stdin and stdout: what an agent program's configuration names in the place of the server. The server and all that it started end with the caller. The jail is, for the daemon, this user's: role and quotas hold.")
        {
            directory, name,
        };
        command.SetAction(parsed =>
        {
            JailedServer server = JailedServerReader.Read(parsed.GetValue(directory)!, parsed.GetValue(name)!);
            return daemon.Ask(parsed, connection => DaemonRun.RunAsync(connection, JailedServerStart.Of(server), null, json: false));
        });
        return command;
    }

    /// <summary><c>sandboxctl mcp servers</c>.</summary>
    public static Command List()
    {
        Option<string> directory = DirectoryOption();
        Option<bool> json = CommonOptions.Json();
        Command command = new("servers", "Lists the MCP servers that are declared, and checks their files.") { directory, json };
        command.SetAction(parsed =>
        {
            JailedServer[] servers = [.. JailedServerReader.ReadAll(parsed.GetValue(directory)!)];
            if (parsed.GetValue(json))
            {
                JsonArray all = [.. servers.Select(server => (JsonNode)new JsonObject { ["name"] = server.Name, ["profile"] = server.Start.Config.Profile, ["summary"] = server.Summary })];
                Console.Out.WriteLine(all.ToJsonString(RunReportJson.Default.Options));
                return 0;
            }

            Table table = new("NAME", "PROFILE", "PROGRAM", "SUMMARY");
            Array.ForEach(servers, server => table.Add(server.Name, server.Start.Config.Profile, server.Start.Command.Argv[0], server.Summary));
            table.Print();
            return 0;
        });
        return command;
    }

    /// <summary>Where the servers' files are.</summary>
    public static Option<string> DirectoryOption() => new("--servers")
    {
        Description = $"The directory of the servers' files; if it is not given, {JailedServerReader.UsualDirectory}.", HelpName = "DIR", DefaultValueFactory = _ => JailedServerReader.UsualDirectory,
    };
}
