using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl create</c>: a jail that stays.</summary>
internal static class CreateCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        JailOptions jail = new();
        Option<string[]> labels = OptionParsers.Repeated("--label", "K=V", "Marks the jail; 'sandboxctl ps --label K=V' finds it.", "-l");
        Option<TimeSpan?> timeToLive = OptionParsers.Span("--ttl", "The jail ends so long after it was made: 1s or more.");
        Option<TimeSpan?> idleTimeout = OptionParsers.Span("--idle-timeout", "The jail ends when no command ran in it and nobody asked for it for so long: 1s or more.");
        Option<string?> idempotencyKey = new("--idempotency-key") { Description = "Asked again with the same KEY within ten minutes, the daemon gives the same jail.", HelpName = "KEY" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("create", "Makes a jail in which commands can be run ('sandboxctl exec'), and prints its id. It lives until 'sandboxctl rm', --ttl or --idle-timeout ends it.")
        {
            labels, timeToLive, idleTimeout, idempotencyKey, json,
        };
        jail.AddTo(command);
        command.SetAction(parsed =>
        {
            V1.CreateJailRequest request = new() { Config = JailMessages.Config(jail, parsed), IdempotencyKey = parsed.GetValue(idempotencyKey) ?? "" };
            request.Config.TimeToLive = JailMessages.Span(parsed.GetValue(timeToLive));
            request.Config.IdleTimeout = JailMessages.Span(parsed.GetValue(idleTimeout));
            foreach ((string name, string value) in parsed.GetValue(labels)!.Select(text => OptionParsers.Pair("--label", text)))
            {
                request.Config.Labels[name] = value;
            }

            return daemon.Ask(parsed, connection => AskAsync(connection, request, parsed.GetValue(json)));
        });
        return command;
    }

    private static async Task<int> AskAsync(DaemonConnection daemon, V1.CreateJailRequest request, bool json)
    {
        V1.Jail jail = await daemon.Jails.CreateJailAsync(request);
        foreach (string layer in jail.Degraded)
        {
            await Console.Error.WriteLineAsync($"sandboxctl: warning: running without {VisibleText.Of(layer)}: the daemon's host lacks it");
        }

        if (json)
        {
            JsonOutput.Print(jail);
        }
        else
        {
            Console.Out.WriteLine(jail.Id);
        }

        return 0;
    }
}
