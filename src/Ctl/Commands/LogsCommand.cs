using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Run;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl logs</c>: what a background command wrote.</summary>
internal static class LogsCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string> jail = CommonOptions.Jail();
        Argument<string> id = CommonOptions.Command();
        Option<bool> follow = new("--follow", "-f") { Description = "Goes on with what it writes, until it ends." };
        Command command = new("logs", "Prints what a background command wrote, unchanged: its stdout on stdout, its stderr on stderr. The daemon keeps the newest part of it.") { follow, jail, id };
        command.SetAction(parsed => daemon.Ask(parsed, connection => PrintAsync(connection, parsed.GetValue(jail)!, parsed.GetValue(id)!, parsed.GetValue(follow))));
        return command;
    }

    private static async Task<int> PrintAsync(DaemonConnection daemon, string jail, string id, bool follow)
    {
        V1.Command command = await daemon.Commands.GetCommandAsync(new V1.GetCommandRequest { Jail = jail, Command = id });
        long left = follow || command.Ended is not null ? long.MaxValue : (command.Usage?.StdoutBytes ?? 0) + (command.Usage?.StderrBytes ?? 0);
        using OutputSink stdout = OutputSink.ToFile(1);
        using OutputSink stderr = OutputSink.ToFile(2);
        using AsyncServerStreamingCall<V1.ExecResponse> output = daemon.Commands.Attach(new V1.AttachRequest { Jail = jail, Command = id });
        while (left > 0 && await output.ResponseStream.MoveNext(CancellationToken.None))
        {
            V1.ExecResponse response = output.ResponseStream.Current;
            stdout.Write(response.Stdout.Span);
            stderr.Write(response.Stderr.Span);
            if (response.SkippedBytes > 0)
            {
                await Console.Error.WriteLineAsync($"sandboxctl: note: {response.SkippedBytes} bytes that came here are not kept any more");
            }

            left -= response.Stdout.Length + response.Stderr.Length + response.SkippedBytes;
        }

        return 0;
    }
}
