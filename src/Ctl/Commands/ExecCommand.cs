using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl exec</c>: a command in a jail that there is.</summary>
internal static class ExecCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        LimitOptions limits = new();
        ProgramArguments program = new();
        Argument<string> jail = CommonOptions.Jail();
        Option<bool> background = new("--detach", "-d") { Description = "In the background: prints the command's id and leaves it running. 'sandboxctl logs' shows what it writes." };
        Option<bool> keep = new("--keep") { Description = "If sandboxctl ends before the command, the command goes on; 'sandboxctl logs' shows what it then writes." };
        Option<string[]> environment = OptionParsers.Repeated("--env", "K=V", "Sets a variable of the command.", "-e");
        Option<bool> terminal = CommonOptions.Terminal();
        Option<bool> noTerminal = CommonOptions.NoTerminal();
        Option<bool> direct = CommonOptions.Direct();
        Option<bool> json = new("--json") { Description = "With --detach: prints the command as JSON." };
        Command command = new(
            "exec",
            "Runs a command in a jail, with the confinement of every command in it. Exit status: the command's own; 128+n for signal n; 124 for a time-out; 125 if the sandbox refused or failed; 126 and 127 as in a shell; 137 if it was killed, as for want of memory.")
        {
            background, keep, environment, terminal, noTerminal, direct, json,
        };
        LimitOptions.Add(command, limits.OfCommand);
        command.Add(jail);
        program.AddTo(command);
        command.SetAction(parsed =>
        {
            bool detached = parsed.GetValue(background);
            if (parsed.GetValue(terminal) && (parsed.GetValue(noTerminal) || detached))
            {
                throw new UsageException("--tty does not go with --no-tty or --detach");
            }

            if (parsed.GetValue(direct) && (parsed.GetValue(terminal) || detached || parsed.GetValue(keep)))
            {
                throw new UsageException("--direct does not go with --tty, --detach or --keep");
            }

            if (detached ? parsed.GetValue(keep) : parsed.GetValue(json))
            {
                throw new UsageException(detached ? "--keep does not go with --detach: that keeps it anyway" : "--json goes with --detach only: else what is printed is the command's own");
            }

            RawArguments.Check();
            V1.CommandConfig config = JailMessages.Command(program.Read(parsed));
            config.Limits = JailMessages.LimitsOfCommand(limits, parsed);
            foreach ((string name, string value) in parsed.GetValue(environment)!.Select(text => OptionParsers.Pair("--env", text)))
            {
                config.Environment[name] = value;
            }

            string id = parsed.GetValue(jail)!;
            if (detached)
            {
                return daemon.Ask(parsed, connection => StartAsync(connection, new V1.StartCommandRequest { Jail = id, Command = config }, parsed.GetValue(json)));
            }

            config.Terminal = OurTerminal.For(parsed.GetValue(terminal) ? true : parsed.GetValue(noTerminal) || parsed.GetValue(direct) ? false : null);
            V1.ExecStart start = new()
            {
                Jail = id, Command = config, OnDisconnect = parsed.GetValue(keep) ? V1.OnDisconnect.Keep : V1.OnDisconnect.Kill, Handoff = parsed.GetValue(direct),
            };
            return daemon.Ask(parsed, connection => DaemonRun.ExecAsync(connection, start));
        });
        return command;
    }

    private static async Task<int> StartAsync(DaemonConnection daemon, V1.StartCommandRequest request, bool json)
    {
        V1.Command started = await daemon.Commands.StartCommandAsync(request);
        if (json)
        {
            JsonOutput.Print(started);
        }
        else
        {
            Console.Out.WriteLine(started.Id);
        }

        return 0;
    }
}
