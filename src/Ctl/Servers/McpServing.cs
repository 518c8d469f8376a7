using System.Runtime.InteropServices;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Mcp;
using AgentSandbox.Mcp.Http;
using AgentSandbox.Mcp.Session;
using Grpc.Core;
using ModelContextProtocol.Server;

namespace AgentSandbox.Ctl.Servers;

/// <summary>Serves MCP until the client goes, or until it is told to end; then what its clients have ends.</summary>
internal static class McpServing
{
    /// <summary>The option that says where, if it is not on stdin and stdout.</summary>
    public static System.CommandLine.Option<HttpAddress?> HttpOption() => OptionParsers.Parsed<HttpAddress?>(
        "--http", "SOCKET|127.0.0.1:PORT", "Serves Streamable HTTP there instead of stdin and stdout, to this machine alone. Each client comes with an API key ('Authorization: Bearer'), and is for the daemon this user within that key.", HttpAddress.Parse);

    /// <summary>Serves.</summary>
    /// <param name="connection">The daemon; it is disposed at the end.</param>
    /// <param name="http">Where; null: on stdin and stdout.</param>
    /// <param name="open">Begins a client's session with its calls.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(DaemonConnection connection, HttpAddress? http, Func<CallInvoker, IClientSession> open)
    {
        using DaemonConnection daemon = connection;
        using CancellationTokenSource ended = new();
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using StderrLog log = new();
        await (http is null
            ? ServeStdioAsync(open(daemon.Calls), log, ended.Token)
            : HttpServer.RunAsync(http, daemon.CallsWith, open, log, place => Say($"serving on {place}"), ended.Token)).ConfigureAwait(false);
        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true; // the jails end first
            ended.Cancel();
        }
    }

    /// <summary>Tells the user something: stdout is the protocol's.</summary>
    public static void Say(string text) => Console.Error.WriteLine($"sandboxctl: mcp: {Text.VisibleText.Of(text)}");

    private static async Task ServeStdioAsync(IClientSession session, StderrLog log, CancellationToken ended)
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
