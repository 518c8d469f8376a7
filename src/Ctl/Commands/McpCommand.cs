using System.CommandLine;
using System.Runtime.InteropServices;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Mcp;
using AgentSandbox.Mcp.Http;
using AgentSandbox.Mcp.Session;
using ModelContextProtocol.Server;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl mcp</c>: jails for agents, over the Model Context Protocol.</summary>
internal static class McpCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        JailOptions jail = new();
        Option<bool> embedded = new("--embedded") { Description = "Is refused: jails for agents are the daemon's, which knows quotas and keeps the audit trail." };
        Option<HttpAddress?> http = OptionParsers.Parsed<HttpAddress?>(
            "--http", "SOCKET|127.0.0.1:PORT", "Serves Streamable HTTP there instead of stdin and stdout, to this machine alone. Each client comes with an API key ('Authorization: Bearer'), and is for the daemon this user within that key.", HttpAddress.Parse);
        Command command = new(
            "mcp",
            "Serves agents over the Model Context Protocol on stdin and stdout: tools that run commands and code in jails, and read and write their files. The agent is, for the daemon, the user that started this. The options say what each of its jails is; it can choose another profile and other limits, as far as the policy lets it, and no host paths.")
        {
            http, embedded, McpServerCommands.Exec(daemon), McpServerCommands.List(),
        };
        jail.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(embedded))
            {
                throw new UsageException("mcp needs the daemon, which knows quotas and keeps the audit trail: start it with 'systemctl start agent-sandboxd', and leave out --embedded");
            }

            return ServeAsync(daemon.Connect(parsed), JailMessages.Config(jail, parsed), parsed.GetValue(http));
        });
        return command;
    }

    private static async Task<int> ServeAsync(DaemonConnection connection, V1.JailConfig template, HttpAddress? http)
    {
        using DaemonConnection daemon = connection;
        using CancellationTokenSource ended = new();
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using StderrLog log = new();
        await (http is null
            ? ServeStdioAsync(new SandboxSession(daemon.Calls, template), log, ended.Token)
            : HttpServer.RunAsync(http, daemon.CallsWith, template, log, place => Console.Error.WriteLine($"sandboxctl: mcp: serving on {place}"), ended.Token)).ConfigureAwait(false);
        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true; // the jails end first
            ended.Cancel();
        }
    }

    private static async Task ServeStdioAsync(SandboxSession session, StderrLog log, CancellationToken ended)
    {
        await using (session.ConfigureAwait(false))
        {
            StdioServerTransport transport = new(SandboxServer.Name, log);
            await using (transport.ConfigureAwait(false))
            {
                try
                {
                    await SandboxServer.RunAsync(transport, session, log, ended).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (ended.IsCancellationRequested)
                {
                    return; // as a client that goes
                }
            }
        }
    }
}
