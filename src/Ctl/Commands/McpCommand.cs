using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Servers;
using AgentSandbox.Mcp.Http;
using AgentSandbox.Mcp.Session;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl mcp</c>: jails for agents, over the Model Context Protocol.</summary>
internal static class McpCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        JailOptions jail = new();
        Option<bool> embedded = new("--embedded") { Description = "Without the host's daemon: one is started for this client alone, with no quotas, keys, audit trail or workspaces that stay, and ends with it. Needs root." };
        Option<string?> profiles = new("--profiles") { Description = "The directory of profiles, with --embedded.", HelpName = "DIR" };
        Option<string?> program = new("--daemon") { Description = "The program agent-sandboxd, with --embedded; if it is not given, the one that belongs to this.", HelpName = "FILE" };
        Option<HttpAddress?> http = McpServing.HttpOption();
        Command command = new(
            "mcp",
            "Serves agents over the Model Context Protocol on stdin and stdout: tools that run commands and code in jails, and read and write their files. The agent is, for the daemon, the user that started this. The options say what each of its jails is; it can choose another profile and other limits, as far as the policy lets it, and no host paths.")
        {
            http, embedded, profiles, program, McpServerCommands.Exec(daemon), McpServerCommands.List(), McpGatewayCommands.Gateway(daemon), McpGatewayCommands.Tools(daemon), McpGatewayCommands.Approve(daemon),
        };
        jail.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            bool isEmbedded = parsed.GetValue(embedded);
            if (isEmbedded && (parsed.GetValue(http) is not null || jail.Workspace(parsed) is not null))
            {
                throw new UsageException("--embedded does not go with --http or --workspace: the daemon keeps API keys and workspaces");
            }

            if (!isEmbedded && (parsed.GetValue(profiles) ?? parsed.GetValue(program)) is not null)
            {
                throw new UsageException("--profiles and --daemon go with --embedded only: the daemon has profiles of its own");
            }

            V1.JailConfig template = JailMessages.Config(jail, parsed);
            if (isEmbedded)
            {
                return EmbeddedMcp.RunAsync(jail.Request(parsed, parsed.GetValue(profiles)), template, parsed.GetValue(program), parsed.GetValue(profiles));
            }

            return McpServing.RunAsync(daemon.Connect(parsed), parsed.GetValue(http), calls => new SandboxSession(calls, template));
        });
        return command;
    }
}
