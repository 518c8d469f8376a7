using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Servers;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Report;
using AgentSandbox.Mcp.Gateway;
using AgentSandbox.Mcp.Http;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl mcp gateway</c>, <c>tools</c> and <c>approve</c>: the tools of all declared servers as one server, as the user has accepted them.</summary>
internal static class McpGatewayCommands
{
    /// <summary><c>sandboxctl mcp gateway</c>.</summary>
    public static Command Gateway(DaemonOptions daemon)
    {
        Option<string> directory = McpServerCommands.DirectoryOption();
        Option<string?> state = StateOption();
        Option<HttpAddress?> http = McpServing.HttpOption();
        Command command = new(
            "gateway",
            "Serves the tools, prompts and resources of all declared MCP servers as one, as NAME__TOOL, NAME__PROMPT and NAME+ADDRESS. Each server runs in a jail of its own from its first use on, as this user. Tools are accepted as they are when their server is seen first; one that changes or comes later is refused until 'sandboxctl mcp approve'. Each request is a record of calls.jsonl in the folder of --state, a chain that 'sandboxctl audit verify --file calls.jsonl --state DIR' checks.")
        {
            http, directory, state,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            GatewaySetup setup = Setup([.. JailedServerReader.ReadAll(parsed.GetValue(directory)!)], Folder(parsed, state));
            return McpServing.RunAsync(daemon.Connect(parsed), parsed.GetValue(http), calls => new GatewaySession(calls, setup));
        });
        return command;
    }

    /// <summary><c>sandboxctl mcp tools</c>.</summary>
    public static Command Tools(DaemonOptions daemon)
    {
        Option<string> directory = McpServerCommands.DirectoryOption();
        Option<string?> state = StateOption();
        Argument<string?> name = new("NAME") { Description = "A server; without it, all.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = CommonOptions.Json();
        Command command = new("tools", "Starts declared MCP servers and lists their tools: as they were accepted (pinned), changed since, or new.") { directory, state, json, name };
        command.SetAction(parsed =>
        {
            JailedServer[] servers = parsed.GetValue(name) is string one ? [JailedServerReader.Read(parsed.GetValue(directory)!, one)] : [.. JailedServerReader.ReadAll(parsed.GetValue(directory)!)];
            return Look(daemon, parsed, servers, Folder(parsed, state), seen =>
            {
                if (parsed.GetValue(json))
                {
                    Console.Out.WriteLine(new JsonArray([.. seen.SelectMany(server => server.Tools.Select(tool => (JsonNode)Describe(server.Server.Name, tool)))]).ToJsonString(RunReportJson.Default.Options));
                    return;
                }

                Table table = new("TOOL", "STATE", "HASH", "DESCRIPTION");
                foreach ((JailedServer server, ImmutableArray<SeenTool> tools) in seen)
                {
                    Array.ForEach([.. tools], tool => table.Add($"{server.Name}{GatewaySession.Separator}{tool.Tool.Name}", Word(tool.State), tool.Digest[..12], tool.Tool.Description ?? ""));
                }

                table.Print();
            });
        });
        return command;
    }

    /// <summary><c>sandboxctl mcp approve</c>.</summary>
    public static Command Approve(DaemonOptions daemon)
    {
        Option<string> directory = McpServerCommands.DirectoryOption();
        Option<string?> state = StateOption();
        Argument<string> name = new("NAME") { Description = "The server." };
        Argument<string[]> tools = new("TOOL") { Description = "A tool of it; without one, all that it has now.", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("approve", "Accepts tools of a declared MCP server as they are now.") { directory, state, name, tools };
        command.SetAction(parsed =>
        {
            string folder = Folder(parsed, state);
            return Look(daemon, parsed, [JailedServerReader.Read(parsed.GetValue(directory)!, parsed.GetValue(name)!)], folder, seen => Accept(new PinFolder(folder), seen[0].Server.Name, seen[0].Tools, parsed.GetValue(tools)!));
        });
        return command;
    }

    private static JsonObject Describe(string server, SeenTool tool) => new()
    {
        ["name"] = $"{server}{GatewaySession.Separator}{tool.Tool.Name}", ["server"] = server, ["tool"] = tool.Tool.Name, ["state"] = Word(tool.State), ["hash"] = tool.Digest, ["title"] = tool.Tool.Title,
        ["description"] = tool.Tool.Description, ["inputSchema"] = JsonObject.Create(tool.Tool.InputSchema),
    };

    private static void Accept(PinFolder pins, string server, ImmutableArray<SeenTool> seen, string[] names)
    {
        foreach (string name in names.Where(name => seen.All(tool => tool.Tool.Name != name)))
        {
            throw new PolicyException("TOOL", $"{server} has no tool '{name}': 'sandboxctl mcp tools {server}' lists what there is");
        }

        ImmutableSortedDictionary<string, string> before = names.Length == 0 ? ImmutableSortedDictionary<string, string>.Empty : pins.Read(server) ?? ImmutableSortedDictionary<string, string>.Empty;
        SeenTool[] accepted = [.. seen.Where(tool => names.Length == 0 || names.Contains(tool.Tool.Name))];
        pins.Write(server, before.WithComparers(StringComparer.Ordinal).SetItems(accepted.Select(tool => KeyValuePair.Create(tool.Tool.Name, tool.Digest))));
        Array.ForEach(accepted, tool => Console.Out.WriteLine($"{server}{GatewaySession.Separator}{tool.Tool.Name} was {Word(tool.State)}, and is accepted"));
    }

    private static int Look(DaemonOptions daemon, ParseResult parsed, JailedServer[] servers, string folder, Action<(JailedServer Server, ImmutableArray<SeenTool> Tools)[]> use) => daemon.Ask(parsed, async connection =>
    {
        GatewaySession session = new(connection.Calls, Setup([.. servers], folder));
        await using (session.ConfigureAwait(false))
        {
            List<(JailedServer Server, ImmutableArray<SeenTool> Tools)> seen = [];
            foreach (JailedServer server in servers)
            {
                try
                {
                    seen.Add((server, await session.LookAsync(server.Name, CancellationToken.None).ConfigureAwait(false)));
                }
                catch (ServerFaultException fault)
                {
                    McpServing.Say(fault.Message); // the others are worth a look nevertheless
                }
            }

            if (seen.Count > 0)
            {
                use([.. seen]);
            }

            return seen.Count == servers.Length ? 0 : 1;
        }
    });

    private static GatewaySetup Setup(ImmutableArray<JailedServer> servers, string folder) => new(servers, JailedServerStart.ForGateway, new PinFolder(folder), new CallTrail(folder), McpServing.Say) { Pipes = () => new ServerPipes() };

    private static string Folder(ParseResult parsed, Option<string?> state) => parsed.GetValue(state) ?? PinFolder.Usual;

    private static string Word(ToolState state) => state switch
    {
        ToolState.Pinned => "pinned",
        ToolState.Changed => "changed",
        _ => "new",
    };

    private static Option<string?> StateOption() => new("--state")
    {
        Description = "The folder of what was accepted and of the log of calls; if it is not given, /var/lib/agent-sandboxd/mcp-pins for root and ~/.local/state/agent-sandbox/mcp-pins for others.", HelpName = "DIR",
    };
}
