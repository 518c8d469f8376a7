using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Run;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl run</c>: one command in a jail of its own.</summary>
internal static class RunCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        JailOptions jail = new();
        ProgramArguments program = new();
        Option<bool> embedded = new("--embedded") { Description = "Without the daemon: this process makes the jail. Needs root." };
        Option<string?> profiles = new("--profiles") { Description = "The directory of profiles, with --embedded.", HelpName = "DIR" };
        Option<bool> terminal = CommonOptions.Terminal();
        Option<bool> noTerminal = CommonOptions.NoTerminal();
        Option<string?> report = new("--report") { Description = "Writes how it ended, what it used and what confined it to FILE, as JSON.", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "Prints one JSON object when the command has ended: the report, with its stdout and stderr." };
        Command command = new(
            "run",
            "Runs a command in a jail that is made for it and gone after it. Exit status: the command's own; 128+n for signal n; 124 for a time-out; 125 if the sandbox refused or failed; 126 and 127 as in a shell; 137 if it was killed, as for want of memory.")
        {
            embedded, profiles, terminal, noTerminal, report, json,
        };
        jail.AddTo(command);
        program.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(terminal) && (parsed.GetValue(noTerminal) || parsed.GetValue(json)))
            {
                throw new UsageException("--tty does not go with --no-tty or --json");
            }

            if (parsed.GetValue(profiles) is not null && !parsed.GetValue(embedded))
            {
                throw new UsageException("--profiles goes with --embedded only: the daemon has profiles of its own");
            }

            if (jail.Workspace(parsed) is not null && parsed.GetValue(embedded))
            {
                throw new UsageException("--workspace does not go with --embedded: the daemon keeps workspaces");
            }

            RawArguments.Check();
            bool? wish = parsed.GetValue(terminal) ? true : parsed.GetValue(noTerminal) || parsed.GetValue(json) ? false : null;
            return parsed.GetValue(embedded)
                ? new EmbeddedRun(new RunRequest
                {
                    Jail = jail.Request(parsed, parsed.GetValue(profiles)),
                    Command = program.Read(parsed),
                    Terminal = wish,
                    ReportFile = parsed.GetValue(report),
                    Json = parsed.GetValue(json),
                }).Execute()
                : AskDaemon(daemon, parsed, jail, program, wish, parsed.GetValue(report), parsed.GetValue(json));
        });
        return command;
    }

    private static int AskDaemon(DaemonOptions daemon, ParseResult parsed, JailOptions jail, ProgramArguments program, bool? terminal, string? report, bool json)
    {
        V1.RunStart start = new() { Config = JailMessages.Config(jail, parsed), Command = JailMessages.Command(program.Read(parsed)) };
        start.Command.Terminal = OurTerminal.For(terminal);
        return daemon.Ask(parsed, connection => DaemonRun.RunAsync(connection, start, report, json));
    }
}
