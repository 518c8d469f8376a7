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
        Option<bool> embedded = new("--embedded") { Description = "Is refused: jails for agents are the daemon's, which knows quotas and keeps the audit trail." };
        Option<HttpAddress?> http = McpServing.HttpOption();
        Command command = new(
            "mcp",
            "Serves agents over the Model Context Protocol on stdin and stdout: tools that run commands and code in jails, and read and write their files. The agent is, for the daemon, the user that started this. The options say what each of its jails is; it can choose another profile and other limits, as far as the policy lets it, and no host paths.")
        {
            http, embedded, McpServerCommands.Exec(daemon), McpServerCommands.List(), McpGatewayCommands.Gateway(daemon), McpGatewayCommands.Tools(daemon), McpGatewayCommands.Approve(daemon),
        };
        jail.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(embedded))
            {
                throw new UsageException("mcp needs the daemon, which knows quotas and keeps the audit trail: start it with 'systemctl start agent-sandboxd', and leave out --embedded");
            }

            V1.JailConfig template = JailMessages.Config(jail, parsed);
            return McpServing.RunAsync(daemon.Connect(parsed), parsed.GetValue(http), calls => new SandboxSession(calls, template));
        });
        return command;
    }
}
